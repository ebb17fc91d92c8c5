using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Batches of token sequences: the inputs, and the next token of each step. Batches hold sequences of similar lengths. Long sequences
/// may be cut into windows, at other places in every epoch.
/// </summary>
internal sealed class TokenBatches(TokenTable table, TokenBatchOptions options)
{
    // Up to this share is added to lengths at random before sorting, so that batches differ from epoch to epoch.
    private const double LengthNoise = 0.1;

    private List<Piece> _pieces = [];

    /// <summary>All rows; for validation ordered by their lengths.</summary>
    internal BatchedRows Rows => BatchedRows.Of(Order, () => BatchesOf(Pieces(0)), options.BatchSize,
        [new Slot(this, table).Batch, new Slot(this, table).Batch], table.Skipped, options.Shard);

    /// <summary>What the next tokens of a sequence, or of a window of it, weigh together in the mean.</summary>
    internal double MeanCount => Pieces(0).Average(piece => (double)piece.Length * (table.HasWeights ? table.Weight(piece.Row) : 1));

    private (int[] Pieces, int[] Batches) Order(int epoch)
    {
        var random = SplitMix64.Of(options.Seed, epoch);
        _pieces = Pieces(epoch > 0 && options.Window is { } window ? random.Next(window) : 0);
        int[] order = [.. Enumerable.Range(0, _pieces.Count)], batches = [.. Enumerable.Range(0, BatchesOf(_pieces))];
        if (epoch > 0)
            random.Shuffle(order);
        var keys = new double[_pieces.Count];
        for (var i = 0; i < order.Length; i++)
            keys[i] = (_pieces[order[i]].Length + table.SourceLength(_pieces[order[i]].Row))
                * (epoch > 0 ? 1 + LengthNoise * random.NextDouble() : 1);
        // The batch that isn't full has any lengths: its rows count more than others in the mean over batches.
        Array.Sort(keys, order, 0, epoch > 0 ? order.Length - order.Length % options.BatchSize : order.Length);
        if (epoch > 0)
            random.Shuffle(batches);
        return (order, batches);
    }

    private int BatchesOf(List<Piece> pieces) => (pieces.Count + options.BatchSize - 1) / options.BatchSize;

    // A sequence is its tokens between start and end (or without them); a piece has the inputs from Start on, and the same number of
    // targets, one token later.
    private List<Piece> Pieces(int offset)
    {
        var pieces = new List<Piece>(table.Count);
        for (var row = 0; row < table.Count; row++)
        {
            var steps = table.Length(row) + (options.AddBeginEndTokens ? 1 : -1);
            if (options.Window is not { } window || steps <= window)
            {
                if (steps > 0)
                    pieces.Add(new(row, 0, steps));
                continue;
            }
            var first = offset % window;
            if (first > 0)
                pieces.Add(new(row, 0, Math.Min(first, steps)));
            for (var start = first; start < steps; start += window)
                pieces.Add(new(row, start, Math.Min(window, steps - start)));
        }
        return pieces.Count > 0 ? pieces : throw new InvalidDataException("No sequence has two tokens: there is no next token to predict.");
    }

    private readonly record struct Piece(int Row, int Start, int Length);

    private long At(ReadOnlySpan<int> row, int place) =>
        !options.AddBeginEndTokens ? row[place]
        : place == 0 ? options.Vocabulary.Start
        : place > row.Length ? options.Vocabulary.End
        : row[place - 1];

    // The buffers of one batch.
    private sealed class Slot
    {
        private readonly TokenBatches _of;
        private readonly TokenTable _table;
        private readonly SideRows _sides;
        private readonly SequenceBatch _source = new();
        private long[] _tokens = [], _next = [];
        private int _count, _time;
        private float[]? _weights;

        internal Slot(TokenBatches of, TokenTable table)
        {
            (_of, _table, _sides, Batch) = (of, table, new(_ => true, table.Sides), new(Fill, FeedTo));
        }

        internal InputBatch Batch { get; }

        private void Fill(ReadOnlySpan<int> pieces, long batch)
        {
            (_count, _time) = (pieces.Length, 0);
            var rows = new int[_count];
            for (var i = 0; i < _count; i++)
                (rows[i], _time) = (_of._pieces[pieces[i]].Row, Math.Max(_time, _of._pieces[pieces[i]].Length));
            _weights = _table.HasWeights ? Array.ConvertAll(rows, _table.Weight) : null;
            _sides.Fill(rows);
            if (_table.Sources is { } sources)
                _source.Fill(sources, rows);
            GrowingArray.Ensure(ref _tokens, _count * _time);
            GrowingArray.Ensure(ref _next, _count * _time);
            for (var i = 0; i < _count; i++)
            {
                var piece = _of._pieces[pieces[i]];
                var row = _table.Tokens(rows[i]);
                for (var step = 0; step < _time; step++)
                {
                    var isThere = step < piece.Length;
                    _tokens[i * _time + step] = isThere ? _of.At(row, piece.Start + step) : 0;
                    _next[i * _time + step] = isThere ? _of.At(row, piece.Start + step + 1) : -1;
                }
            }
        }

        private void FeedTo(TrainingSession session)
        {
            session.Feed<long>(GenerativeNetwork.Tokens, _tokens, _count, _time);
            session.Feed<long>(GenerativeNetwork.Next, _next, _count, _time);
            if (_weights is not null)
                session.Feed<float>(Head.Weights, _weights, _count);
            _sides.FeedTo(session);
            if (_table.Sources?.Columns.Sequence is { } source)
                _source.FeedTo(session, source.Kind.IsReal() ? source.InputName : GenerativeNetwork.Source, LengthsOf(source));
        }

        private static string? LengthsOf(SequenceColumn source) => !source.Kind.IsReal() ? GenerativeNetwork.SourceLengths
            : source.Image is null ? GenerativeNetwork.SeriesLengths : null;
    }
}

/// <summary>How <see cref="TokenBatches"/> are made.</summary>
/// <param name="BatchSize">Sequences, or windows of them, per step.</param>
/// <param name="Vocabulary">The tokens that start and end a sequence.</param>
/// <param name="Seed">Decides the order of rows.</param>
/// <param name="AddBeginEndTokens">Whether sequences are put between the begin and the end token.</param>
/// <param name="Window">The most steps in a piece; longer sequences are cut. Null to never cut.</param>
/// <param name="Shard">This rank's share of each batch.</param>
internal sealed record TokenBatchOptions(
    int BatchSize, TokenIds Vocabulary, int Seed, bool AddBeginEndTokens = true, int? Window = null, Shard Shard = default);
