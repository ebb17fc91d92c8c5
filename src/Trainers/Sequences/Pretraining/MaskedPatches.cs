using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Chooses the patches of a batch's images that are hidden. Each image is drawn anew in every epoch, depending only on the seed, the epoch
/// and its place in the data, not on its batch.
/// </summary>
/// <param name="patches">Patches of an image.</param>
/// <param name="fraction">Share of them that is hidden: at least one patch, and not all.</param>
/// <param name="seed">Decides the draws.</param>
internal sealed class MaskedPatches(int patches, double fraction, int seed)
{
    private readonly int _count = Math.Clamp((int)Math.Round(fraction * patches), 1, Math.Max(1, patches - 1));
    private readonly int[] _order = new int[patches];
    private long[] _places = [];
    private float[] _hidden = [];
    private int _rows;

    /// <summary>[hidden] the places of hidden patches: patch · batch + row.</summary>
    internal Memory<long> Places => _places.AsMemory(0, _rows * _count);

    /// <summary>[batch, patches] 1 where one is hidden.</summary>
    internal Memory<float> Hidden => _hidden.AsMemory(0, _rows * patches);

    /// <summary>Chooses patches of a batch.</summary>
    /// <param name="batch">A batch of images.</param>
    /// <param name="epoch">Number of the epoch; 0 for validation, of which the same patches are hidden after every epoch.</param>
    internal void Draw(SequenceBatch batch, int epoch)
    {
        _rows = batch.Batch;
        if (_hidden.Length < _rows * patches)
            (_places, _hidden) = (new long[_rows * _count], new float[_rows * patches]);
        Hidden.Span.Clear();
        var stream = SplitMix64.Of(seed, epoch).Next();
        for (var row = 0; row < _rows; row++)
        {
            var random = new SplitMix64(new SplitMix64(stream ^ (ulong)batch.Positions.Span[row]).Next());
            for (var i = 0; i < patches; i++)
                _order[i] = i;
            for (var i = 0; i < _count; i++)
            {
                var other = i + random.Next(patches - i);
                (_order[i], _order[other]) = (_order[other], _order[i]);
                _places[row * _count + i] = (long)_order[i] * _rows + row;
                _hidden[row * patches + _order[i]] = 1;
            }
        }
    }
}
