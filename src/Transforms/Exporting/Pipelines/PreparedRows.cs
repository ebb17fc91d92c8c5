using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Rows as a model itself reads them, for inputs that an exported pipeline leaves as they are.</summary>
internal sealed class PreparedRows
{
    private readonly ModelInfo _info;
    private readonly SequenceRows _rows;
    private readonly SequenceBatch _batch = new();

    /// <param name="prepared">What stands before the model.</param>
    /// <param name="model">The model.</param>
    internal PreparedRows(IDataView prepared, SequenceScoringTransformer model)
    {
        _info = model.Info;
        var columns = model.Bind(prepared.Schema);
        _rows = new(columns);
        using var cursor = prepared.GetRowCursor(columns.Of(prepared.Schema));
        var reader = new SequenceReader(cursor, columns);
        while (cursor.MoveNextOrThrow())
            reader.AddTo(_rows);
    }

    /// <summary>Adds some of the rows to what a session is given.</summary>
    internal void AddTo(Dictionary<string, TensorData> feed, int first, int count, HashSet<string> provided)
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
