using System.Globalization;
using System.Runtime.InteropServices;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Steps that several ranks take together: each computes the gradients of its rows, their weighted sum is what every rank's update reads.
/// </summary>
/// <remarks>
/// A rank's loss is a mean with weight w (what the network reports as <c>loss/count</c>, else its rows). The batch's loss is
/// Σ w L / Σ w, and its gradient Σ w g / Σ w: that of the whole batch, whatever the shares; gradients of what is divided by rows have
/// these as weights. Running averages of batch normalization are
/// those of the shares, weighted by rows; means and variances in a step are those of the share.
/// </remarks>
internal sealed class DataParallel
{
    // The weights are compared every so many steps.
    private const int CheckEvery = 100;

    private readonly RankGroup _ranks;
    private readonly bool _hasLossCount, _countsRows;
    private readonly CancellationToken _ownCancel, _ownStop;
    private readonly CancellationTokenSource _cancel = new(), _stop = new();

    /// <param name="ranks">The ranks.</param>
    /// <param name="model">The network's training step.</param>
    /// <param name="cancel">Cancels training on all ranks.</param>
    /// <param name="stop">Stops training on all ranks.</param>
    /// <exception cref="ArgumentException">The model's update is part of its step.</exception>
    internal DataParallel(RankGroup ranks, TrainingModel model, CancellationToken cancel, CancellationToken stop)
    {
        if (model.Update is null)
            throw new ArgumentException($"The model was built without {nameof(TrainingOptions.Communicator)}, which the options have.");
        (_ranks, _ownCancel, _ownStop) = (ranks, cancel, stop);
        (_hasLossCount, _countsRows) = (model.ScalarMetrics.Contains(EpochMetrics.LossCount), model.CountsRows);
    }

    /// <summary>Checks that ranks can share training.</summary>
    /// <exception cref="ArgumentException">They can't.</exception>
    internal static void Check(ITrainingData data, ReadoutEpoch? readout)
    {
        if (data is TrainingData { IsShared: false })
            throw new ArgumentException($"{nameof(TrainingOptions.Communicator)} is set, but a step reads one whole graph, of which ranks "
                + $"can't take shares; expected null, or nodes with {nameof(NodeTrainerOptions.FanOuts)}.");
        if (readout is not null)
            throw new ArgumentException($"{nameof(TrainingOptions.Communicator)} is set, but the output layer is solved for in one pass; "
                + "expected null.");
    }

    /// <summary>Canceled once all ranks know that one is: they end in the same step.</summary>
    internal CancellationToken Cancel => _cancel.Token;

    /// <summary>Stopped once all ranks know that one is.</summary>
    internal CancellationToken Stop => _stop.Token;

    /// <summary>Another seed for each rank: its rows have dropout of their own.</summary>
    internal static int SeedOf(ICommunicator? communicator, int seed) => unchecked(seed + 7919 * (communicator?.Rank ?? 0));

    /// <summary>Takes a step.</summary>
    /// <param name="session">The session; the batch is fed by this method.</param>
    /// <param name="batch">This rank's rows, which may be none.</param>
    /// <param name="place">Where in training it is.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="share">The batch's weight in running averages; null for what the layers say.</param>
    /// <returns>Loss and gradient norm of the whole batch.</returns>
    internal StepResult Step(TrainingSession session, TrainingBatch batch, string place, float rate, float? share = null)
    {
        var (loss, weight) = (0.0, 0.0);
        if (batch.Examples == 0)
            session.NoGradients();
        else
        {
            loss = session.ComputeGradients(share);
            weight = _hasLossCount ? session.Metric(EpochMetrics.LossCount) : batch.Examples;
        }
        var hash = session.Steps % CheckEvery == 0 ? session.HashParameters() : 0;
        var all = _ranks.Numbers(place, weight == 0 ? 0 : loss * weight, weight, batch.Examples, batch.WholeExamples ?? -1,
            _ownCancel.IsCancellationRequested ? 1 : 0, _ownStop.IsCancellationRequested ? 1 : 0, hash);
        Agree(all, place, whole: 3, cancel: 4, stop: 5, hash: 6);
        var (totalWeight, totalRows) = (all.Sum(rank => rank[1]), all.Sum(rank => rank[2]));
        var gradients = session.Gradients;
        double ofRows = batch.Examples / totalRows, factor = _countsRows && weight > 0 ? ofRows : weight / totalWeight;
        Scale(gradients.Dense, factor);
        Scale(gradients.Statistics, ofRows);
        _ranks.Communicator.Sum(gradients.All);
        foreach (var table in gradients.Tables)
            Sum(table, factor);
        return new((float)(all.Sum(rank => rank[0]) / totalWeight), session.Update(rate));
    }

    /// <summary>Makes an epoch's metrics those of all ranks' rows.</summary>
    internal void Sum(EpochMetrics metrics, string place)
    {
        place = string.Create(CultureInfo.InvariantCulture, $"the end of {place} after {metrics.Batches} batches");
        var all = _ranks.Numbers(place, [_ownCancel.IsCancellationRequested ? 1 : 0, _ownStop.IsCancellationRequested ? 1 : 0,
            .. metrics.Sums]);
        Agree(all, place, cancel: 0, stop: 1);
        metrics.Sums = [.. Enumerable.Range(2, all[0].Length - 2).Select(i => all.Sum(rank => rank[i]))];
    }

    // What all ranks know of each other after an exchange.
    private void Agree(double[][] all, string place, int cancel, int stop, int? whole = null, int? hash = null)
    {
        for (var rank = 1; rank < all.Length; rank++)
        {
            if (whole is { } rows && all[rank][rows] != all[0][rows])
                throw new CommunicatorException(string.Create(CultureInfo.InvariantCulture, $"Rank {rank} has other data than rank 0: at "
                    + $"{place} its batch has {all[rank][rows]} rows, that of rank 0 {all[0][rows]}. Expected the same rows on every rank: "
                    + $"each takes its share itself."));
            if (hash is { } weights && all[rank][weights] != all[0][weights])
                throw new CommunicatorException($"Rank {rank} has other weights than rank 0 at {place}: a fault of memory or network, or "
                    + "ranks of other initial weights. Resume from the last checkpoint.");
        }
        if (all.Any(rank => rank[cancel] != 0))
            _cancel.Cancel();
        if (all.Any(rank => rank[stop] != 0))
            _stop.Cancel();
    }

    // Every rank read other rows of the table: their gradients are put together, those of one row added up.
    private void Sum(RowGradients table, double factor)
    {
        Scale(table.Elements, factor);
        var own = new byte[table.Rows.Length * (sizeof(long) + sizeof(float) * table.Width)];
        MemoryMarshal.AsBytes(table.Rows.AsSpan()).CopyTo(own);
        MemoryMarshal.AsBytes(table.Elements.AsSpan()).CopyTo(own.AsSpan(table.Rows.Length * sizeof(long)));
        var places = new Dictionary<long, int>();
        var (rows, elements) = (new List<long>(), new List<float>());
        foreach (var bytes in _ranks.Communicator.Exchange(own))
        {
            var count = bytes.Length / (sizeof(long) + sizeof(float) * table.Width);
            var numbers = MemoryMarshal.Cast<byte, long>(bytes.AsSpan(0, count * sizeof(long)));
            var found = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(count * sizeof(long)));
            for (var i = 0; i < count; i++)
            {
                var part = found.Slice(i * table.Width, table.Width);
                if (places.TryAdd(numbers[i], rows.Count))
                {
                    rows.Add(numbers[i]);
                    elements.AddRange(part);
                    continue;
                }
                var sum = CollectionsMarshal.AsSpan(elements).Slice(places[numbers[i]] * table.Width, table.Width);
                for (var j = 0; j < part.Length; j++)
                    sum[j] += part[j];
            }
        }
        (table.Rows, table.Elements) = ([.. rows], [.. elements]);
    }

    // 0 times what isn't a number is 0 here: a share in which no row counts has a loss of 0 / 0.
    private static void Scale(Span<float> values, double factor)
    {
        if (factor == 0)
            values.Clear();
        else if (factor != 1)
            foreach (ref var value in values)
                value = (float)(value * factor);
    }
}
