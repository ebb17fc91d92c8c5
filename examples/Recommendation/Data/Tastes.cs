using MLSeqGraph.Onnx;

namespace Recommendation.Data;

/// <summary>
/// Generated ratings: users and items have hidden tastes, users find items near their taste, and rate them by it, by their mood and by the
/// item's quality.
/// </summary>
internal static class Tastes
{
    private const int Users = 200, Items = 150, Dimensions = 3, Each = 30;

    internal static RatingData Generate(int seed)
    {
        var random = new Random(seed);
        double[][] Vectors(int count) => [.. Enumerable.Range(0, count).Select(_ =>
            Enumerable.Range(0, Dimensions + 1).Select(_ => random.NextNormal()).ToArray())];
        double[][] users = Vectors(Users), items = Vectors(Items);
        double Fit(int user, int item) => Enumerable.Range(0, Dimensions).Sum(d => users[user][d] * items[item][d]) / Dimensions;
        var rows = new List<RatingRow>();
        for (var user = 0; user < Users; user++)
        {
            int[] found = [.. Enumerable.Range(0, Items).OrderByDescending(item => 1.5 * Fit(user, item) + 0.3 * items[item][Dimensions]
                + 0.5 * random.NextNormal()).Take(Each)];
            random.Shuffle(found);
            rows.AddRange(found.Select((item, at) => new RatingRow
            {
                User = $"u{user}", Item = $"i{item}", Time = at,
                Label = (float)Math.Clamp(Math.Round(2 * (3 + 0.8 * Fit(user, item) + 0.4 * users[user][Dimensions]
                    + 0.4 * items[item][Dimensions] + 0.4 * random.NextNormal())) / 2, 0.5, 5),
            }));
        }
        // Of each taste whether an item is far to one side or the other.
        string[] kinds = [.. Enumerable.Range(0, Dimensions).SelectMany(d => (string[])[$"taste {d + 1} low", $"taste {d + 1} high"])];
        return new("tastes", rows, true, new Dictionary<string, string>())
        {
            Features = new(kinds, [.. items.Select((item, number) => new ItemFeatures.Row
            {
                Item = $"i{number}",
                Features = [.. item[..Dimensions].SelectMany(taste => (float[])[taste < -0.5 ? 1 : 0, taste > 0.5 ? 1 : 0])],
            })]),
        };
    }
}
