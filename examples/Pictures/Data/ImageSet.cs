using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace Pictures.Data;

/// <summary>An image and its class.</summary>
internal sealed class ImageRow
{
    public string Class { get; set; } = "";

    /// <summary>Row by row, the channels of a pixel together.</summary>
    public float[] Pixels { get; set; } = [];
}

/// <summary>Images to train on and to test on.</summary>
/// <param name="Name">What the set is called.</param>
/// <param name="Shape">Size of every image.</param>
/// <param name="Train">The images to train on.</param>
/// <param name="Test">The images to test on.</param>
/// <param name="Recognized">What was found out about the files, for people.</param>
internal sealed record ImageSet(string Name, ImageShape Shape, ImageRow[] Train, ImageRow[] Test, string Recognized)
{
    internal int Classes => Train.Select(row => row.Class).Distinct().Count();

    internal IDataView View(MLContext ml, ImageRow[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(ImageRow));
        schema[nameof(ImageRow.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single,
            Shape.Height * Shape.Width * Shape.Channels);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }
}
