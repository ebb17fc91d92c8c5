using Examples;

namespace Modalities.Data;

/// <summary>
/// Questions about pictures of one to four colored shapes (<see cref="Scenes"/>): the color of a shape, the shape of a color, whether there
/// is a shape of a color, how many there are of a shape or a color, and where a shape of a color is. The picture and the question always
/// determine the answer.
/// </summary>
internal static class PictureQuestions
{
    private const int Kinds = 5;

    internal static ModalSet Make(int train, int test)
    {
        var random = new Random(2017);
        ModalRow[] rows = [.. Enumerable.Range(0, train + test).Select(i => Draw(i % Kinds, random))];
        return new("questions", [nameof(ModalRow.Text), nameof(ModalRow.Picture)], Scenes.Size, rows[..train], rows[train..],
            $"questions about generated pictures of {Scenes.Size}");
    }

    private static ModalRow Draw(int kind, Random random)
    {
        while (true)
        {
            int[] places = [0, 1, 2, 3];
            random.Shuffle(places);
            SceneObject[] objects = [.. places.Take(random.Next(1, 5)).Select(place => new SceneObject(Any(Scenes.Colors, random),
                Any(Scenes.Shapes, random), place))];
            if (Ask(kind, objects, random) is var (question, answer))
                return new() { Text = question, Picture = Scenes.Draw(objects, random), Answer = answer };
        }
    }

    // Null where the picture doesn't suit the question.
    private static (string, string)? Ask(int kind, SceneObject[] objects, Random random)
    {
        var one = objects[random.Next(objects.Length)];
        bool IsOnly(Func<SceneObject, bool> like) => objects.Count(like) == 1;
        switch (kind)
        {
            case 0:
                return IsOnly(other => other.Shape == one.Shape) ? ($"what color is the {one.Shape} ?", one.Color) : null;
            case 1:
                return IsOnly(other => other.Color == one.Color) ? ($"what shape is {one.Color} ?", one.Shape) : null;
            case 2:
                // Half of the answers are no, though the color and the shape are both there where two objects allow it.
                var (color, shape) = random.Next(2) == 0 ? (one.Color, one.Shape)
                    : (one.Color, objects.Length > 1 ? objects[random.Next(objects.Length)].Shape : Any(Scenes.Shapes, random));
                return ($"is there a {color} {shape} ?", objects.Any(other => other.Color == color && other.Shape == shape) ? "yes" : "no");
            case 3:
                var counts = random.Next(2) == 0 ? one.Shape : Any(Scenes.Colors, random);
                return ($"how many {(Scenes.Shapes.Contains(counts) ? counts : counts + " shape")}s ?",
                    $"{objects.Count(other => other.Shape == counts || other.Color == counts)}");
            default:
                return IsOnly(other => other.Shape == one.Shape && other.Color == one.Color)
                    ? ($"where is the {one.Color} {one.Shape} ?", Scenes.Places[one.Place]) : null;
        }
    }

    private static string Any(string[] names, Random random) => names[random.Next(names.Length)];
}
