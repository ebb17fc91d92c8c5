using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>A sequence per row.</summary>
internal sealed class PreparedSequences : PreparedRows
{
    private readonly ModelInfo _info;
    private readonly SequenceRows _rows;
    private readonly SequenceBatch _batch = new();

    /// <param name="prepared">What stands before the model.</param>
    /// <param name="model">The model.</param>
    internal PreparedSequences(IDataView prepared, SequenceScoringTransformer model)
    {
        (_info, Scored) = (model.Info, model.Transform(prepared));
        var columns = model.Bind(prepared.Schema);
        _rows = new(columns);
        using var cursor = prepared.GetRowCursor(columns.Of(prepared.Schema));
        var reader = new SequenceReader(cursor, columns);
        while (cursor.MoveNextOrThrow())
            reader.AddTo(_rows);
    }

    internal override IDataView Scored { get; }

    internal override void AddTo(Dictionary<string, TensorData> feed, int first, int count, HashSet<string> provided)
    {
        _batch.Fill(_rows, [.. Enumerable.Range(first, count)]);
        for (var i = 0; i < _info.Inputs.Count; i++)
        {
            var (input, batch) = (_info.Inputs[i], i == 0 ? _batch : _batch.Sides[i - 1]);
            if (provided.Contains(input.InputName))
                continue;
            if (input.Padding is not null)
                batch.MarkUnknownLast();
            long[] sizes = input.Kind.IsRow() ? [count] : [count, batch.Time];
            feed[input.InputName] = input.Kind.IsReal() ? TensorData.Create(batch.Features.ToArray(), [.. sizes, batch.FeatureCount])
                : TensorData.Create(batch.Tokens.ToArray(), sizes);
            if (input.LengthsName is { } lengths)
                feed[lengths] = TensorData.Vector(batch.Lengths.ToArray());
        }
    }
}
