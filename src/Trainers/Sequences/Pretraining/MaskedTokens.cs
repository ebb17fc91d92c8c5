using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Chooses the tokens of a batch that a network has to predict, and hides them (Devlin et al. 2019, section 3.1): of those chosen
/// 80 % become the mask token, 10 % a random token and 10 % stay. Each row is drawn anew in every epoch, depending only on the seed,
/// the epoch and its place in the data, not on its batch.
/// </summary>
/// <param name="tokenCount">Token ids are 0 (unknown) to this − 1; the mask token has this id.</param>
/// <param name="fraction">Share of a sequence's tokens that is chosen: at least one token, otherwise rounded up or down at random.</param>
/// <param name="seed">Decides the draws.</param>
internal sealed class MaskedTokens(int tokenCount, double fraction, int seed)
{
    private const double Masked = 0.8, Random = 0.1;

    private long[] _places = [], _targets = [];
    private int[] _order = [];

    /// <summary>The number of tokens chosen.</summary>
    internal int Count { get; private set; }

    /// <summary>[chosen] their places: step · batch + row, all different.</summary>
    internal Memory<long> Places => _places.AsMemory(0, Count);

    /// <summary>[chosen] the original tokens.</summary>
    internal Memory<long> Targets => _targets.AsMemory(0, Count);

    /// <summary>Chooses tokens of a batch and replaces them.</summary>
    /// <param name="batch">A batch of tokens.</param>
    /// <param name="epoch">Number of the epoch; 0 for validation, which is masked the same way after every epoch.</param>
    internal void Draw(SequenceBatch batch, int epoch)
    {
        Count = 0;
        if (_places.Length < batch.StepCount)
            (_places, _targets) = (new long[batch.StepCount], new long[batch.StepCount]);
        if (_order.Length < batch.Time)
            _order = new int[batch.Time];
        var stream = SplitMix64.Of(seed, epoch).Next();
        for (var row = 0; row < batch.Batch; row++)
        {
            var random = new SplitMix64(new SplitMix64(stream ^ (ulong)batch.Positions.Span[row]).Next());
            Draw(batch, row, ref random);
        }
    }

    private void Draw(SequenceBatch batch, int row, ref SplitMix64 random)
    {
        var length = (int)batch.Lengths.Span[row];
        var tokens = batch.Tokens.Span.Slice(row * batch.Time, length);
        var order = _order.AsSpan(0, length);
        for (var step = 0; step < length; step++)
            order[step] = step;
        var chosen = Math.Clamp((int)(fraction * length + random.NextDouble()), 1, length);
        for (var i = 0; i < chosen; i++)
        {
            var other = i + random.Next(length - i);
            (order[i], order[other]) = (order[other], order[i]);
            var step = order[i];
            _places[Count] = (long)step * batch.Batch + row;
            _targets[Count++] = tokens[step];
            var share = random.NextDouble();
            if (share < Masked)
                tokens[step] = tokenCount;
            else if (share < Masked + Random)
                tokens[step] = 1 + random.Next(tokenCount - 1);
        }
    }
}
