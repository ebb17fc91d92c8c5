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
