namespace MLSeqGraph.Trainers;

/// <summary>Counts of labels and predictions of classes.</summary>
/// <param name="Names">The classes.</param>
/// <param name="Confusion">Numbers of labels, [class][predicted class].</param>
/// <param name="WithoutPrediction">For each class, the number of labels without a prediction.</param>
/// <param name="Unknown">The number of labels of classes that the model can't predict.</param>
/// <param name="LogLoss">The mean of −ln p; NaN without scores.</param>
internal sealed record ClassCounts(
    IReadOnlyList<string> Names, long[][] Confusion, long[] WithoutPrediction, long Unknown, double LogLoss);
