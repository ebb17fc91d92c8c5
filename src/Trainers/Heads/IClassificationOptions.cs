namespace MLSeqGraph.Trainers;

/// <summary>Options that all trainers of several classes have: of sequences, steps, graphs and nodes.</summary>
public interface IClassificationOptions
{
    /// <summary>The weight of each class in the loss, in the order of the label's keys; null, the default, for equal weights.</summary>
    float[]? ClassWeights { get; set; }

    /// <summary>Whether classes are weighted so that each counts the same, however often it occurs. False by default.</summary>
    bool BalanceClasses { get; set; }

    /// <summary>Label smoothing (Szegedy et al. 2016): this share of the target is spread over all classes. 0 by default.</summary>
    float LabelSmoothing { get; set; }
}
