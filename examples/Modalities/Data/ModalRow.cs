using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace Modalities.Data;

/// <summary>A row of inputs of several kinds, each of which it may lack, and the answer.</summary>
internal sealed class ModalRow
{
    /// <summary>Words; empty where they are missing.</summary>
    public string Text { get; set; } = "";

    /// <summary>Pixels row by row, the channels of a pixel together; NaN where the picture is missing.</summary>
    public float[] Picture { get; set; } = [];

    /// <summary>A number a step; empty where the series is missing.</summary>
    public float[] Series { get; set; } = [];

    /// <summary>Numbers of a table; NaN where they are missing.</summary>
    public float[] Table { get; set; } = [];

    public string Answer { get; set; } = "";

    /// <summary>The same row without one of its inputs.</summary>
    internal ModalRow Without(string input) => new()
    {
        Text = input == nameof(Text) ? "" : Text,
        Picture = input == nameof(Picture) ? [.. Picture.Select(_ => float.NaN)] : Picture,
        Series = input == nameof(Series) ? [] : Series,
        Table = input == nameof(Table) ? [.. Table.Select(_ => float.NaN)] : Table,
        Answer = Answer,
    };
}

/// <summary>Rows to train on and to test on.</summary>
/// <param name="Name">What the set is called.</param>
/// <param name="Inputs">The properties of <see cref="ModalRow"/> that rows have, the main one first.</param>
/// <param name="Size">The size of pictures; null without.</param>
/// <param name="Train">The rows to train on.</param>
/// <param name="Test">The rows to test on.</param>
/// <param name="Recognized">What there is, for people.</param>
internal sealed record ModalSet(string Name, string[] Inputs, ImageShape? Size, ModalRow[] Train, ModalRow[] Test, string Recognized)
{
    internal IDataView View(MLContext ml, IEnumerable<ModalRow> rows)
    {
        var schema = SchemaDefinition.Create(typeof(ModalRow));
        schema[nameof(ModalRow.Picture)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Train[0].Picture.Length);
        schema[nameof(ModalRow.Table)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Train[0].Table.Length);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }
}
