using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Which part of a data set a node belongs to.</summary>
internal enum NodeSplit : byte
{
    None,
    Train,
    Validation,
    Test,
}

/// <summary>A view of nodes in memory: features, ids, labels and splits.</summary>
internal sealed class NodeTable
{
    private NodeTable(FeatureMatrix features, NodeIds ids, RowLabels? labels, NodeSplit[]? splits) =>
        (Features, Ids, Labels, Splits) = (features, ids, labels, splits);

    internal int Count => Features.RowCount;

    internal FeatureMatrix Features { get; }

    internal NodeIds Ids { get; }

    /// <summary>The labels; null where none were read.</summary>
    internal RowLabels? Labels { get; }

    internal NodeSplit[]? Splits { get; }

    /// <summary>Reads a view.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a row can't be read: the message names column and row.</exception>
    internal static NodeTable Read(IDataView data, NodeColumns columns, CancellationToken cancellationToken)
    {
        var schema = data.Schema;
        var (featureColumn, idColumn, label, weight, splitColumn) = columns;
        var features = FeatureColumn(schema, featureColumn, "FeatureColumnName");
        var width = ((VectorDataViewType)features.Type).Size;
        DataViewSchema.Column? id = Optional(schema, idColumn, columns.IdOption),
            split = Optional(schema, splitColumn, "SplitColumnName"), weights = RowWeight.Optional(schema, weight);
        if (split is { Type: not TextDataViewType } other)
            throw new ArgumentException($"Column '{splitColumn}' is {other.Type}; expected text: train, validation, test or none.");

        var matrix = new FeatureMatrix.Builder(width);
        List<NodeId>? ids = id is null ? null : [];
        List<NodeSplit>? splits = split is null ? null : [];
        DataViewSchema.Column?[] read = [features, id, label is null ? null : schema.Require(label.Name), weights, split];
        using var cursor = data.GetRowCursor(read.OfType<DataViewSchema.Column>()
            .Concat(columns.Sides.Select(side => schema.Require(side.Name))));
        var readFeatures = cursor.GetGetter<VBuffer<float>>(features);
        var readId = id is { } idOf ? NodeId.Reader(cursor, idOf) : null;
        var labels = label is null ? null : new RowLabels(label, weight is not null);
        var readLabel = labels is null ? null : LabelGetter.Create(cursor, label, weight);
        var readSplit = split is { } splitOf ? cursor.GetGetter<ReadOnlyMemory<char>>(splitOf) : null;
        SequenceRows[] sides = [.. columns.Sides.Select(side => new SequenceRows(new(side)))];
        SequenceGetter[] readSides = [.. columns.Sides.Select(side => SequenceGetter.Create(cursor, side))];
        VBuffer<float> buffer = default;
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNextOrThrow())
        {
            cancellationToken.ThrowIfCancellationRequested();
            readFeatures(ref buffer);
            foreach (var value in buffer.GetValues())
                if (!float.IsFinite(value) && !(columns.AllowsMissing && float.IsNaN(value)))
                    throw new InvalidDataException($"Column '{featureColumn}', {RowName.Of(cursor)}: a feature is {value}; expected finite "
                        + "numbers.");
            matrix.Add(buffer.GetIndices(), buffer.GetValues());
            ids?.Add(readId!());
            readLabel?.AddTo(labels!);
            for (var i = 0; i < sides.Length; i++)
                readSides[i].AddTo(sides[i]);
            if (readSplit is not null)
            {
                readSplit(ref text);
                splits!.Add(ParseSplit(text, splitColumn!, cursor));
            }
        }
        var rows = matrix.ToMatrix().With(sides);
        if (rows.RowCount == 0)
            throw new InvalidDataException($"Column '{featureColumn}': the view has no rows; expected at least one.");
        return new(rows, ids is null ? NodeIds.Numbered(rows.RowCount) : NodeIds.Of(idColumn!, ids), labels, splits?.ToArray());
    }

    /// <summary>The column of features.</summary>
    /// <exception cref="ArgumentException">It is missing or no vector of Single of known size.</exception>
    internal static DataViewSchema.Column FeatureColumn(DataViewSchema schema, string name,
        [CallerArgumentExpression(nameof(name))] string asked = "")
    {
        var column = schema.Require(name, asked);
        return column.Type is VectorDataViewType { Size: > 0 } vector && vector.ItemType.RawType == typeof(float)
            ? column
            : throw new ArgumentException($"Column '{name}' is {column.Type}; expected the features of a node: a vector of Single of "
                + "known size.");
    }

    private static DataViewSchema.Column? Optional(DataViewSchema schema, string? name, string option) =>
        name is null ? null : schema.Require(name, option);

    private static NodeSplit ParseSplit(ReadOnlyMemory<char> text, string column, DataViewRow row) => text.Span.Trim() switch
    {
        "train" => NodeSplit.Train,
        "val" or "valid" or "validation" => NodeSplit.Validation,
        "test" => NodeSplit.Test,
        "" or "none" => NodeSplit.None,
        _ => throw new InvalidDataException($"Column '{column}', {RowName.Of(row)}: the split is '{text}'; expected train, validation, "
            + "test or none."),
    };
}
