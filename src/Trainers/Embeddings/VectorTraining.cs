using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Trains vectors on sentences by several workers. Sentences come in rounds of one part a worker, in their order; the workers of a round
/// start from the same vectors, and what each changed is added up at its end, worker by worker. A seed and a number of workers thus give
/// the same vectors in every run.
/// </summary>
internal sealed class VectorTraining
{
    // Items of all parts of a round: so few of each row that workers hardly notice that they don't see each other's changes.
    private const int MostRoundItems = 16_384, RoundItemsOfRow = 4;

    // The learning rate falls to this share of the first, as in the authors' program.
    private const double LastRate = 1e-4;

    private readonly VectorTable _inputs, _outputs;
    private readonly TableShard[] _inputShards, _outputShards;
    private readonly VectorWorker[] _workers;
    private readonly VectorWindows _windows;
    private readonly float _rate;
    private readonly double _planned;
    private readonly long _seed;
    private long _done, _round;

    /// <param name="inputs">The vectors to train, with their first values.</param>
    /// <param name="targets">What they predict.</param>
    /// <param name="windows">How sentences become steps.</param>
    /// <param name="workers">Number of workers.</param>
    /// <param name="rate">The learning rate at the beginning; it falls linearly.</param>
    /// <param name="planned">Items of all sentences of all epochs.</param>
    /// <param name="seed">Decides all that is drawn.</param>
    internal VectorTraining(VectorTable inputs, VectorTargets targets, VectorWindows windows, int workers, float rate, double planned,
        long seed)
    {
        (_inputs, _outputs) = (inputs, new(targets.Rows, inputs.Width));
        (_inputShards, _outputShards) = (TableShard.Of(_inputs, workers), TableShard.Of(_outputs, workers));
        _workers = [.. Enumerable.Range(0, workers).Select(i => new VectorWorker(_inputShards[i], _outputShards[i], targets))];
        (_windows, _rate, _planned, _seed) = (windows, rate, planned, seed);
    }

    /// <summary>The learning rate now.</summary>
    internal float Rate => (float)(_rate * Math.Max(LastRate, 1 - _done / _planned));

    /// <summary>Trains on sentences once.</summary>
    /// <returns>The mean loss of a prediction in nats, and how many there were.</returns>
    internal (double Loss, long Steps) Run(IEnumerable<ReadOnlyMemory<int>> sentences, CancellationToken cancellationToken)
    {
        foreach (var worker in _workers)
            (worker.Loss, worker.Steps) = (0, 0);
        List<ReadOnlyMemory<int>>[] parts = [.. _workers.Select(_ => new List<ReadOnlyMemory<int>>())];
        var partItems = Math.Max(1, (int)Math.Min(MostRoundItems, (long)RoundItemsOfRow * _outputs.Rows) / _workers.Length);
        var (part, items) = (0, 0);
        foreach (var sentence in sentences)
        {
            parts[part].Add(sentence);
            if ((items += sentence.Length) < partItems)
                continue;
            (part, items) = (part + 1, 0);
            if (part == parts.Length)
                part = Train(parts, cancellationToken);
        }
        Train(parts, cancellationToken);
        var steps = _workers.Sum(worker => worker.Steps);
        return (steps == 0 ? 0 : _workers.Sum(worker => worker.Loss) / steps, steps);
    }

    private int Train(List<ReadOnlyMemory<int>>[] parts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (rate, round) = (Rate, _round++);
        if (parts.Length == 1)
            Work(0);
        else
            Parallel.For(0, parts.Length, Work);
        TableShard.Merge(_inputs, _inputShards);
        TableShard.Merge(_outputs, _outputShards);
        foreach (var part in parts)
        {
            _done += part.Sum(sentence => (long)sentence.Length);
            part.Clear();
        }
        return 0;

        void Work(int worker)
        {
            var random = SplitMix64.OfItem(SplitMix64.SeedOf(_seed, round), worker);
            List<int> kept = [], context = [];
            foreach (var sentence in parts[worker])
                _windows.Train(_workers[worker], sentence.Span, rate, kept, context, ref random);
        }
    }
}
