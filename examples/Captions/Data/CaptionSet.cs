using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace Captions.Data;

/// <summary>A picture, row by row with the channels of a pixel together, and what is said of it.</summary>
internal sealed class CaptionRow
{
    public float[] Picture { get; set; } = [];

    public string Caption { get; set; } = "";
}

/// <summary>Pictures with captions.</summary>
/// <param name="Name">What the set is called.</param>
/// <param name="Size">Size of every picture.</param>
/// <param name="Train">To train on.</param>
/// <param name="Test">To test on, with combinations of objects that training has.</param>
/// <param name="HeldOut">To test on, with combinations that training lacks; empty where nothing is known of them.</param>
internal sealed record CaptionSet(string Name, ImageShape Size, CaptionRow[] Train, CaptionRow[] Test, CaptionRow[] HeldOut)
{
    internal IDataView View(MLContext ml, CaptionRow[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(CaptionRow));
        schema[nameof(CaptionRow.Picture)].ColumnType = new VectorDataViewType(NumberDataViewType.Single,
            Size.Height * Size.Width * Size.Channels);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }
}

/// <summary>
/// Pictures of two colored shapes in neighboring quarters (<see cref="Scenes"/>). The grammar: <c>a COLOR SHAPE left of a COLOR SHAPE</c>
/// or <c>a COLOR SHAPE above a COLOR SHAPE</c>, the left or upper one first: one sentence is right. Of the 256 pairs of objects every
/// fifth is held out: training never shows it, neither side by side nor one above the other.
/// </summary>
internal static class GeneratedCaptions
{
    private const int Share = 5;

    internal static CaptionSet Make(int train, int test)
    {
        var random = new Random(2015);
        CaptionRow[] All(int count, bool isHeldOut) => [.. Enumerable.Range(0, count).Select(_ => Draw(isHeldOut, random))];
        return new("captions", Scenes.Size, All(train, false), All(test, false), All(test, true));
    }

    private static CaptionRow Draw(bool isHeldOut, Random random)
    {
        int first, second, kinds = Scenes.Colors.Length * Scenes.Shapes.Length;
        do
            (first, second) = (random.Next(kinds), random.Next(kinds));
        while ((7 * first + 3 * second) % Share == 0 != isHeldOut);
        var isAbove = random.Next(2) == 0;
        var other = random.Next(2);
        var (here, there) = isAbove ? (other, other + 2) : (2 * other, 2 * other + 1);
        SceneObject one = Of(first, here), two = Of(second, there);
        return new()
        {
            Picture = Scenes.Draw([one, two], random),
            Caption = $"a {one.Color} {one.Shape} {(isAbove ? "above" : "left of")} a {two.Color} {two.Shape}",
        };
    }

    private static SceneObject Of(int kind, int place) =>
        new(Scenes.Colors[kind / Scenes.Shapes.Length], Scenes.Shapes[kind % Scenes.Shapes.Length], place);
}
