using Recommendation.Data;

namespace Recommendation;

/// <summary>What is reached without learning vectors.</summary>
internal static class Baselines
{
    /// <summary>HR@10 of the items that most users have, among those that the user doesn't have.</summary>
    internal static double PopularHits(RatingRow[] train, RatingRow[] test)
    {
        string[] popular = [.. train.CountBy(row => row.Item).OrderByDescending(item => item.Value).Select(item => item.Key)];
        var owned = train.ToLookup(row => row.User, row => row.Item);
        return test.Average(row => popular.Where(item => !owned[row.User].Contains(item)).Take(10).Contains(row.Item) ? 1.0 : 0);
    }

    /// <summary>RMSE of mean + damped deviation of the item + that of the user.</summary>
    internal static double BiasError(RatingRow[] train, RatingRow[] test, double damping = 5)
    {
        double mean = train.Average(row => row.Label);
        Dictionary<string, double> Deviations(Func<RatingRow, string> of, Func<RatingRow, double> left) => train.GroupBy(of).ToDictionary(
            group => group.Key, group => group.Sum(left) / (group.Count() + damping));
        var items = Deviations(row => row.Item, row => row.Label - mean);
        var users = Deviations(row => row.User, row => row.Label - mean - items[row.Item]);
        return Math.Sqrt(test.Average(row => Math.Pow(row.Label - mean - items.GetValueOrDefault(row.Item)
            - users.GetValueOrDefault(row.User), 2)));
    }
}
