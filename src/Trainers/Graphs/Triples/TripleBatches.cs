using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Batches of triples in groups whose questions share their negative samples.</summary>
internal sealed class TripleBatches
{
    private readonly TripleNetwork _network;
    private readonly TrainingModel _model;
    private readonly KnownAnswers _known;
    private readonly Action<IInputFeed> _whole;
    private readonly int[][]? _typed;
    private readonly int _seed;

    /// <param name="network">What is trained.</param>
    /// <param name="model">Its training step.</param>
    /// <param name="training">The triples to train on, which tell what no negative sample may be.</param>
    /// <param name="known">Their answers.</param>
    /// <param name="whole">Feeds what each step reads whole.</param>
    /// <param name="seed">Decides order and samples.</param>
    internal TripleBatches(
        TripleNetwork network, TrainingModel model, TripleTable training, KnownAnswers known, Action<IInputFeed> whole, int seed)
    {
        (_network, _model, _known, _whole, _seed) = (network, model, known, whole, seed);
        _typed = network.Settings.AreNegativesTyped ? Typed(training, network.RelationCount) : null;
    }

    /// <summary>The batches of some triples, the next ones filled while one is trained on.</summary>
    /// <param name="triples">The triples.</param>
    /// <param name="options">How many a batch has, of which a rank takes its share.</param>
    /// <param name="isTraining">Whether they are those trained on; others come after those.</param>
    internal BatchedRows Of(TripleTable triples, TrainingOptions options, bool isTraining = true)
    {
        var recent = isTraining || _network.RecentTails is not { } earlier ? _network.RecentTails : new(triples, earlier.Count, earlier);
        InputBatch[] slots = [.. Enumerable.Range(0, 3).Select(_ => new Slot(this, triples, recent).Batch)];
        return BatchedRows.Of([.. Enumerable.Range(0, triples.Count)], options.BatchSize, _seed, slots, triples.Skipped,
            options.Shard);
    }

    // The entities at an end of each relation's triples; of a single one there is nothing to tell it from.
    private static int[][] Typed(TripleTable table, int relations)
    {
        var ends = new HashSet<int>[2 * Math.Max(1, relations)];
        for (var i = 0; i < ends.Length; i++)
            ends[i] = [];
        for (var triple = 0; triple < table.Count; triple++)
        {
            ends[2 * table.Relations[triple]].Add(table.Targets[triple]);
            ends[2 * table.Relations[triple] + 1].Add(table.Sources[triple]);
        }
        return [.. ends.Select(end => end.Count > 1 ? end.Order().ToArray() : [])];
    }

    // The buffers of one batch.
    private sealed class Slot
    {
        private readonly TripleBatches _of;
        private readonly TripleTable _triples;
        private readonly bool _readsInverse;
        private readonly Negatives _tails, _heads;
        private int[] _rows = [];
        private long[] _head = [], _tail = [], _relation = [], _inverse = [];
        private float[] _weight = [], _number = [];
        private int _groups, _width;
        private readonly RecentTails? _recent;
        private long[] _recentIds = [];
        private float[] _areThere = [];

        internal Slot(TripleBatches of, TripleTable triples, RecentTails? recent)
        {
            (_of, _triples, _recent) = (of, triples, recent);
            _readsInverse = of._model.Reads(TripleNetwork.Inverse);
            (_tails, _heads) = (new(of, triples, isTail: true), new(of, triples, isTail: false));
            Batch = new(Fill, of._whole, FeedTo);
        }

        internal InputBatch Batch { get; }

        private void Fill(ReadOnlySpan<int> rows, long batch)
        {
            var settings = _of._network.Settings;
            _width = Math.Min(settings.GroupSize, rows.Length);
            _groups = (rows.Length + _width - 1) / _width;
            var places = _groups * _width;
            if (_head.Length < places)
            {
                (_head, _tail, _relation, _inverse) = (new long[places], new long[places], new long[places], new long[places]);
                (_weight, _number, _rows) = (new float[places], new float[places], new int[places]);
            }
            rows.CopyTo(_rows);
            // Groups of one relation, so that negatives of its type are for all questions of a group.
            if (_of._typed is not null)
                Array.Sort(_rows, 0, rows.Length, Comparer<int>.Create((a, b) => _triples.Relations[a] != _triples.Relations[b]
                    ? _triples.Relations[a].CompareTo(_triples.Relations[b]) : a.CompareTo(b)));
            _rows.AsSpan(rows.Length, places - rows.Length).Fill(_rows[0]);
            for (var place = 0; place < places; place++)
            {
                var row = _rows[place];
                (_head[place], _tail[place]) = (_triples.Sources[row], _triples.Targets[row]);
                _relation[place] = _triples.Relations[row];
                _inverse[place] = _triples.Relations[row] + Math.Max(1, _of._network.RelationCount);
                _weight[place] = place < rows.Length ? 1 : 0;
                _number[place] = _triples.Values is { } numbers ? _of._network.Unit.To(numbers[row]) : 0;
            }
            if (_recent is not null)
                FillRecent(places, _recent.Count);
            _tails.Draw(_rows, _groups, _width, SplitMix64.OfItem(_of._seed, 2 * batch));
            _heads.Draw(_rows, _groups, _width, SplitMix64.OfItem(_of._seed, 2 * batch + 1));
        }

        private void FillRecent(int places, int count)
        {
            if (_recentIds.Length < places * count)
                (_recentIds, _areThere) = (new long[places * count], new float[places * count]);
            for (var place = 0; place < places; place++)
                RecentTails.Write(_recent!.Before(_rows[place]), _recentIds.AsSpan(place * count), _areThere.AsSpan(place * count));
        }

        private void FeedTo(IInputFeed feed)
        {
            void Feed<T>(string name, T[] data) where T : unmanaged
            {
                if (_of._model.Reads(name))
                    feed.Feed(name, data.AsMemory(), _groups, _width);
            }
            Feed(TripleNetwork.Head, _head);
            Feed(TripleNetwork.Tail, _tail);
            Feed(TripleNetwork.Relation, _relation);
            if (_readsInverse)
                Feed(TripleNetwork.Inverse, _inverse);
            Feed(TripleNetwork.Weight, _weight);
            Feed(TripleNetwork.Number, _number);
            if (_recent is not null)
            {
                feed.Feed(TripleNetwork.Recent, _recentIds.AsMemory(), _groups, _width, _recent.Count);
                feed.Feed(TripleNetwork.AreThere, _areThere.AsMemory(), _groups, _width, _recent.Count);
            }
            _tails.FeedTo(feed, _groups, _width);
            _heads.FeedTo(feed, _groups, _width);
        }
    }

    // The negative samples of one end of a batch's triples.
    private sealed class Negatives(TripleBatches of, TripleTable triples, bool isTail)
    {
        private readonly string _name = isTail ? TripleNetwork.TailNegatives : TripleNetwork.HeadNegatives;
        private readonly bool _isRead = of._model.Reads(isTail ? TripleNetwork.TailNegatives : TripleNetwork.HeadNegatives);
        private readonly int[] _stamps = new int[of._network.EntityCount];
        private readonly int _count = of._network.Settings.Negatives;
        private long[] _samples = [];
        private float[] _areFalse = [];
        private int _stamp;

        internal void Draw(int[] rows, int groups, int width, SplitMix64 random)
        {
            if (!_isRead)
                return;
            if (_samples.Length < groups * _count || _areFalse.Length < groups * width * _count)
                (_samples, _areFalse) = (new long[groups * _count], new float[groups * width * _count]);
            var (first, candidates) = isTail ? (of._network.FirstTail, of._network.EntityCount - of._network.FirstTail)
                : (0, of._network.HeadCount);
            for (var group = 0; group < groups; group++)
            {
                var samples = _samples.AsSpan(group * _count, _count);
                _stamp++;
                foreach (ref var sample in samples)
                {
                    var typed = of._typed is null ? []
                        : of._typed[2 * triples.Relations[rows[group * width + random.Next(width)]] + (isTail ? 0 : 1)];
                    sample = typed.Length > 0 ? typed[random.Next(typed.Length)] : first + random.Next(candidates);
                    _stamps[sample] = _stamp;
                }
                for (var row = 0; row < width; row++)
                    Mark(rows[group * width + row], samples, _areFalse.AsSpan((group * width + row) * _count, _count));
            }
        }

        internal void FeedTo(IInputFeed feed, int groups, int width)
        {
            if (!_isRead)
                return;
            feed.Feed(_name, _samples.AsMemory(), groups, _count);
            feed.Feed(_name + TripleNetwork.IsFalse, _areFalse.AsMemory(), groups, width, _count);
        }

        private void Mark(int triple, ReadOnlySpan<long> samples, Span<float> areFalse)
        {
            areFalse.Fill(1);
            var answers = of._known.Of(isTail ? triples.Sources[triple] : triples.Targets[triple], triples.Relations[triple], isTail);
            if (answers.Length > samples.Length)
            {
                for (var i = 0; i < samples.Length; i++)
                    if (answers.BinarySearch((int)samples[i]) >= 0)
                        areFalse[i] = 0;
                return;
            }
            foreach (var answer in answers)
                if (_stamps[answer] == _stamp)
                    for (var i = 0; i < samples.Length; i++)
                        if (samples[i] == answer)
                            areFalse[i] = 0;
        }
    }
}
