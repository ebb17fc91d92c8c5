using System.Globalization;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Prepares the kept weights for deployment: batch normalization's statistics are fitted to them, and some training rows are scored as
/// the deployed model will score them. Networks without such statistics need neither.
/// </summary>
/// <remarks>
/// In training, running averages lag behind the weights by as many steps as they remember; with few steps per epoch they fit none of
/// the weights. A pass over the training rows gives means over all of its batches (Wu and Johnson 2021, precise statistics).
/// </remarks>
internal sealed class FinalEvaluation(TrainingModel model, ITrainingData data, TrainingLog log, DataParallel? parallel = null)
{
    private const int MostFitted = 256, MostScored = 16;

    /// <summary>Goes over the training rows.</summary>
    /// <param name="session">A session; its weights become those kept.</param>
    /// <param name="history">The training history.</param>
    /// <param name="kept">The epoch whose weights are kept.</param>
    internal void Run(TrainingSession session, TrainingHistory history, EpochRecord kept)
    {
        // Networks without statistics compute the same in training, except for dropout.
        if (model.Statistics.Count == 0)
            return;
        session.LoadParameters();
        var epoch = history.Epochs.Count + 1;
        Fit(session, epoch);
        session.SaveStatistics();
        // With sampled neighbors, the evaluation reads outputs computed over all edges, which no batch of training rows feeds.
        if (model.EvaluationInputs.All(input => model.BatchInputs.Any(known => known.Name == input.Name)))
            Compare(session, history, kept, epoch);
    }

    private void Fit(TrainingSession session, int epoch)
    {
        var (batches, rows) = (0, 0L);
        foreach (var batch in data.ReadEpoch(epoch, CancellationToken.None).Take(MostFitted))
        {
            if (batch.Examples > 0)
                batch.FeedTo(session);
            batches++;
            // A last batch of few rows counts as they do.
            var count = Math.Max(1, batch.WholeExamples ?? batch.Examples);
            rows += count;
            if (parallel is null)
                session.FitStatistics((float)count / rows);
            else
                parallel.Step(session, batch, $"batch {batches} of the final statistics", 0, (float)count / rows);
        }
        log.Info($"Statistics of batch normalization fitted to the final weights over {batches} batches");
    }

    private void Compare(TrainingSession session, TrainingHistory history, EpochRecord kept, int epoch)
    {
        var scored = new EpochMetrics(model.ScalarMetrics);
        foreach (var batch in data.ReadEpoch(epoch, CancellationToken.None).Take(MostScored))
        {
            if (batch.Examples > 0)
                batch.FeedTo(session);
            scored.Add(session, batch.Examples > 0 ? session.Score() : 0, batch.Examples);
        }
        parallel?.Sum(scored, "the final evaluation");
        if (scored.HasLoss && !double.IsFinite(scored.Loss))
            throw new TrainingDivergedException(string.Create(CultureInfo.InvariantCulture, $"with the means and variances of batch "
                + $"normalization, as the deployed model has them, the loss is {scored.Loss}"), kept.Epoch, session.Steps, scored.Loss,
                kept.LearningRate, history);
        // twice the loss and a quarter of the first epoch's loss more: beyond what other batches of rows explain
        if (!scored.HasLoss || scored.Loss <= 2 * kept.Loss || scored.Loss - kept.Loss <= 0.25 * Math.Abs(history.Epochs[0].Loss))
            return;
        log.Warning($"The model as deployed scores training rows far worse than training reported in epoch {kept.Epoch}: "
            + $"{Text(scored.Loss, scored.ToDictionary())}; training had {Text(kept.Loss, kept.Metrics)}. The cause is what training "
            + "does differently (batch normalization, dropout, sampling, scheduled sampling).");
    }

    private static string Text(double loss, IReadOnlyDictionary<string, double> metrics) => string.Join(", ", metrics
        .Prepend(new(MonitoredMetric.LossName, loss)).Select(metric => FormattableString.Invariant($"{metric.Key} {metric.Value:g4}")));
}
