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

    private readonly SequenceBatch _source = new();
    private long[] _tokens = [], _next = [];
    private int _count, _time;
    private float[]? _weights;

    /// <summary>All rows; for validation ordered by their lengths.</summary>
    internal BatchedRows Rows => new(Read, () => BatchesOf(Pieces(0)), table.Skipped, !options.Shard.IsWhole);

    private IEnumerable<TrainingBatch> Read(int epoch, CancellationToken cancellationToken)
    {
        var random = SplitMix64.Of(options.Seed, epoch);
        var pieces = Pieces(epoch > 0 && options.Window is { } window ? random.Next(window) : 0);
        int[] order = [.. Enumerable.Range(0, pieces.Count)], batches = [.. Enumerable.Range(0, BatchesOf(pieces))];
        if (epoch > 0)
            random.Shuffle(order);
        var keys = new double[pieces.Count];
        for (var i = 0; i < order.Length; i++)
            keys[i] = (pieces[order[i]].Length + table.SourceLength(pieces[order[i]].Row))
                * (epoch > 0 ? 1 + LengthNoise * random.NextDouble() : 1);
        Array.Sort(keys, order);
        if (epoch > 0)
            random.Shuffle(batches);
        var filled = new InputBatch(null, FeedTo);
        foreach (var batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = batch * options.BatchSize;
            var count = Math.Min(options.BatchSize, order.Length - start);
            var share = options.Shard.Of<int>(order.AsSpan(start, count));
            (filled.Count, filled.Whole) = (share.Length, count);
            if (share.Length > 0)
                Fill([.. share.ToArray().Select(i => pieces[i])]);
            yield return filled;
        }
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

    private void Fill(ReadOnlySpan<Piece> pieces)
    {
        (_count, _time) = (pieces.Length, 0);
        foreach (var piece in pieces)
            _time = Math.Max(_time, piece.Length);
        int[] rows = [.. pieces.ToArray().Select(piece => piece.Row)];
        _weights = table.HasWeights ? Array.ConvertAll(rows, table.Weight) : null;
        table.SideRows.Fill(rows);
        if (table.Sources is { } sources)
            _source.Fill(sources, rows);
        GrowingArray.Ensure(ref _tokens, _count * _time);
        GrowingArray.Ensure(ref _next, _count * _time);
        for (var i = 0; i < _count; i++)
        {
            var row = table.Tokens(pieces[i].Row);
            for (var step = 0; step < _time; step++)
            {
                var isThere = step < pieces[i].Length;
                _tokens[i * _time + step] = isThere ? At(row, pieces[i].Start + step) : 0;
                _next[i * _time + step] = isThere ? At(row, pieces[i].Start + step + 1) : -1;
            }
        }
    }

    private void FeedTo(TrainingSession session)
    {
        session.Feed<long>(GenerativeNetwork.Tokens, _tokens, _count, _time);
        session.Feed<long>(GenerativeNetwork.Next, _next, _count, _time);
        if (_weights is not null)
            session.Feed<float>(Head.Weights, _weights, _count);
        table.SideRows.FeedTo(session);
        if (table.Sources is { } sources)
            _source.FeedTo(session, sources.Columns.Sequence.Kind.IsReal() ? sources.Columns.Sequence.InputName : GenerativeNetwork.Source,
                LengthsOf(sources.Columns.Sequence));
    }

    private static string? LengthsOf(SequenceColumn source) => !source.Kind.IsReal() ? GenerativeNetwork.SourceLengths
        : source.Image is null ? GenerativeNetwork.SeriesLengths : null;

    private long At(ReadOnlySpan<int> row, int place) =>
        !options.AddBeginEndTokens ? row[place]
        : place == 0 ? options.Vocabulary.Start
        : place > row.Length ? options.Vocabulary.End
        : row[place - 1];
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
