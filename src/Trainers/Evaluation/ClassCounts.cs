namespace MLSeqGraph.Trainers;

/// <summary>What was counted over labels and predictions of classes.</summary>
/// <param name="Names">The classes.</param>
/// <param name="Confusion">Labels by class and predicted class.</param>
/// <param name="WithoutPrediction">Labels of each class that have no prediction.</param>
/// <param name="Unknown">Labels of classes that can't be predicted.</param>
/// <param name="LogLoss">The mean of −ln p; NaN without scores.</param>
internal sealed record ClassCounts(
    IReadOnlyList<string> Names, long[][] Confusion, long[] WithoutPrediction, long Unknown, double LogLoss);
