using System.Text.Json;
using Recommendation.Data;

namespace Examples.Tests;

/// <summary>The example of recommendation, and what it makes of folders.</summary>
[TestClass]
public sealed class RecommendationTests
{
    [TestMethod]
    public void Generated_tastes_are_learned()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("Recommendation", "--threads", "1", "--output", folder.Path, "--json",
            folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        Assert.IsGreaterThan(0.4, figures.GetProperty("hr_at_10").GetDouble());
        foreach (var name in (string[])["ndcg_at_10", "recall_at_20", "rmse", "train_seconds"])
            Assert.IsGreaterThan(0, figures.GetProperty(name).GetDouble());
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
    }

    [TestMethod]
    public void Columns_are_found_by_their_names()
    {
        using var folder = new TemporaryFolder(
            ("movies.csv", "movieId,title\n7,\"A, B\"\n"),
            ("ratings.csv", "userId,movieId,rating,timestamp\n1,7,4.5,20\n1,8,3,10\n1,9,2,30\n2,7,1,5\n"));
        var data = RatingData.Load(folder.Path);
        Assert.IsTrue(data.HasRatings);
        Assert.AreEqual("A, B", data.Titles["7"]);
        var (train, test) = data.LastItem();
        Assert.AreEqual("9", test.Single().Item);
        Assert.HasCount(3, train);
        Assert.AreEqual("9", data.LastOf(0.1).Test.Single().Item);
    }

    [TestMethod]
    public void Further_columns_of_items_are_their_features()
    {
        // Kinds that few items have say nothing; of 20 years each tenth has two; number 20 has no year.
        string Kinds(int item) => (item % 2 == 0 ? "Comedy|Drama" : "Drama") + (item == 7 ? "|Rare" : "");
        var items = string.Concat(Enumerable.Range(1, 20).Select(item =>
            $"{item},Film {item},{(item == 20 ? "" : 1990 + item)},{Kinds(item)}\n"));
        using var folder = new TemporaryFolder(("movies.csv", "movieId,title,year,genres\n" + items),
            ("ratings.csv", "userId,movieId,rating,timestamp\n1,7,4.5,20\n1,8,3,10\n"));
        var features = RatingData.Load(folder.Path).Features!;
        Assert.HasCount(20, features.Rows);
        string[] Of(int item) => [.. features.Names.Where((_, at) => features.Rows[item - 1].Features[at] == 1)];
        Assert.IsFalse(features.Names.Any(name => name.Contains("Rare") || name.Contains("year")), "Tenths of 19 years have 2 items.");
        CollectionAssert.AreEqual((string[])["genres Drama"], Of(7));
        CollectionAssert.AreEqual((string[])["genres Drama", "genres Comedy"], Of(20));

        var many = ItemFeatures.Of(["id", "title", "year"],
            [.. Enumerable.Range(0, 100).Select(item => (string[])[$"{item}", "", item == 99 ? "" : $"{1900 + item}"])], 0, 1)!;
        Assert.HasCount(10, many.Names);
        Assert.AreEqual(0f, many.Rows[99].Features.Sum());
        Assert.IsTrue(many.Rows.Take(99).All(row => row.Features.Sum() == 1));
        CollectionAssert.AreEqual(many.Rows[0].Features, many.Rows[8].Features);
        CollectionAssert.AreNotEqual(many.Rows[0].Features, many.Rows[98].Features);
        Assert.IsNull(ItemFeatures.Of(["id", "title"], [["1", "One"]], 0, 1));
    }

    [TestMethod]
    [DataRow("userId\tmovieId\trating\n", "line 1: the file has no line after the header")]
    [DataRow("userId\tmovieId\trating\n1\t2\tgood\n", "line 2: field 3 is 'good'")]
    [DataRow("userId\tmovieId\trating\n1\t\t3\n", "line 2: field 2 is empty")]
    [DataRow("userId\tmovieId\trating\n1\t2\n", "line 2: 2 fields")]
    [DataRow("from\tto\n1\t2\n", "examples/GraphQuickstart reads it")]
    public void What_has_no_ratings_is_named(string text, string message)
    {
        using var folder = new TemporaryFolder(("ratings.tsv", text));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => RatingData.Load(folder.Path)).Message, message);
        Assert.AreEqual(2, ExampleProgram.Run("Recommendation", "--data", folder.Path).Code);
    }
}
