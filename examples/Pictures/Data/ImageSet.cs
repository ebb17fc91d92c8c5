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

    /// <summary>The set with fewer images to train on, of all classes alike, chosen by a seed.</summary>
    /// <exception cref="InvalidDataException">They are fewer than the classes.</exception>
    internal ImageSet WithLabelled(int count, int seed)
    {
        if (count < Classes)
            throw new InvalidDataException($"--labelled {count}: {Name} has {Classes} classes; expected at least one image of each.");
        var order = (ImageRow[])Train.Clone();
        new Random(seed).Shuffle(order);
        // The first of every class, then the second of every class, and so on.
        return this with
        {
            Train = [.. order.GroupBy(row => row.Class).SelectMany(rows => rows.Select((row, place) => (Row: row, Place: place)))
                .OrderBy(one => one.Place).Take(count).Select(one => one.Row)],
        };
    }

    internal IDataView View(MLContext ml, ImageRow[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(ImageRow));
        schema[nameof(ImageRow.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single,
            Shape.Height * Shape.Width * Shape.Channels);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }
}
