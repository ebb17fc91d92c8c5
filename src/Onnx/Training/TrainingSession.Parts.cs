using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MLSeqGraph.Onnx;

// A step in two parts, between which the gradients can be changed: for models whose update is a graph of its own.
public sealed partial class TrainingSession
{
    /// <summary>What the first part of a step leaves for the second.</summary>
    /// <exception cref="InvalidOperationException">The model was built with the update in the step.</exception>
    internal StepGradients Gradients => Separate.Gradients;

    /// <summary>The first part of a step: the loss and the gradients of the inputs fed.</summary>
    /// <param name="share">The batch's weight in running averages; 0 for what the layers say.</param>
    /// <returns>The loss.</returns>
    internal float ComputeGradients(float? share = null)
    {
        try
        {
            _statisticShare[0] = share ?? _statisticShare[0];
            using var warmUp = new StatisticWarmUp(_statisticShare, Steps);
            var binding = BindStep();
            Separate.Run(binding, _run);
            return _scalars[TrainingModel.LossName][0];
        }
        finally
        {
            _statisticShare[0] = share is null ? _statisticShare[0] : 0;
            _feed.Clear();
        }
    }

    /// <summary>The first part of a step without rows: gradients of 0, and running averages as they are.</summary>
    internal void NoGradients() => Separate.Clear();

    /// <summary>The second part of a step: the update by <see cref="Gradients"/>.</summary>
    /// <returns>The norm of the gradients, before clipping.</returns>
    internal float Update(float learningRate)
    {
        _learningRate[0] = learningRate;
        _stepNumber[0] = Steps + 1;
        Separate.Update(_learningRate, _stepNumber, _run);
        _buffers.Swap();
        Steps++;
        return _scalars[TrainingModel.NormName][0];
    }

    /// <summary>A number that tells these parameters from others, with at most 52 bits.</summary>
    internal long HashParameters()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var parts = new Dictionary<string, float[]>();
        ReadParameters(parameter => parts[parameter.Name] = new float[parameter.Value.Count]);
        foreach (var elements in parts.Values)
            hash.AppendData(MemoryMarshal.AsBytes<float>(elements));
        return BitConverter.ToInt64(hash.GetHashAndReset()) & ((1L << 52) - 1);
    }

    private SeparateUpdate Separate => _separate
        ?? throw new InvalidOperationException("The model was built with the update in the step; expected one of its own.");
}
