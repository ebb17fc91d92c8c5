using static MLSeqGraph.Trainers.TrainingOptions;

namespace MLSeqGraph.Trainers;

/// <summary>Options of all trainers of yes or no.</summary>
internal interface IBinaryOptions
{
    float PositiveWeight { get; }
}

/// <summary>Options of all trainers of numbers.</summary>
internal interface IRegressionOptions
{
    RegressionLoss Loss { get; }
}

/// <summary>Options of all trainers that make one vector of a sequence.</summary>
internal interface IPoolingOptions
{
    Pooling Pooling { get; }
}

/// <summary>Checks the options that some kinds of trainers have, whatever they read.</summary>
internal static class KindOptions
{
    /// <exception cref="ArgumentException">One is out of its range; the message names it.</exception>
    internal static void Validate(NetworkTrainerOptions options)
    {
        if (options is IClassificationOptions classes)
            ClassificationOptions.Validate(classes);
        if (options is IBinaryOptions { PositiveWeight: var weight })
            Check(nameof(IBinaryOptions.PositiveWeight), weight > 0 && float.IsFinite(weight), weight, "a finite number above 0");
        if (options is IRegressionOptions { Loss: var loss })
            Defined(nameof(IRegressionOptions.Loss), loss);
        if (options is IPoolingOptions { Pooling: var pooling })
            Defined(nameof(IPoolingOptions.Pooling), pooling);
    }
}
