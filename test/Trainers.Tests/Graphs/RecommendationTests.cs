using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

[TestClass]
public class RecommendationTests
{
    private const int Users = 24, Items = 12;

    private readonly MLContext _ml = new(1);

    // Users of even numbers like the first half of the items, others the second; ids of users and items overlap.
    private static Liking[] All() => [.. from user in Enumerable.Range(0, Users) from item in Enumerable.Range(0, Items)
        where item < Items / 2 == (user % 2 == 0)
        select new Liking { User = user, Item = item, Rating = 3 + (item % 3 == 0 ? 1 : -1) + (user % 4 < 2 ? 0.5f : -0.5f) }];

    private static bool IsHeldOut(Liking row) => row.Item % (Items / 2) == row.User % (Items / 2);

    private IDataView View(IEnumerable<Liking> rows) => _ml.Data.LoadFromEnumerable(rows.ToArray());

    private RecommendationTransformer Fit(Action<RecommendationTrainer.Options>? set = null, IEnumerable<Liking>? rows = null)
    {
        var options = new RecommendationTrainer.Options
        {
            EmbeddingSize = 8, Epochs = 60, BatchSize = 20, Negatives = 4, NegativeSharing = 2, LearningRate = 0.05f,
            Regularization = 0.01f,
            Seed = 1, Target = ExecutionTarget.Cpu(1),
        };
        set?.Invoke(options);
        return _ml.Graphs().Recommendation(options).Fit(View(rows ?? All().Where(row => !IsHeldOut(row))));
    }

    [TestMethod]
    [DataRow(RankingLoss.Softmax, false)]
    [DataRow(RankingLoss.SampledSoftmax, false)]
    [DataRow(RankingLoss.PairwiseRanking, false)]
    [DataRow(RankingLoss.Softmax, true)]
    [DataRow(RankingLoss.PairwiseRanking, true)]
    public void Items_of_a_users_taste_are_found(RankingLoss loss, bool isGraph)
    {
        using var model = Fit(options =>
        {
            options.Loss = loss;
            options.Network = isGraph ? GraphNetwork.LightGcn(2) : null;
        });
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        var metrics = model.Evaluate(View(All().Where(IsHeldOut)), 1, 3);
        Assert.AreEqual(Users, metrics.UserCount);
        Assert.IsGreaterThan(0.8, metrics.AtK[0].HitRate);
        Assert.AreEqual(metrics.AtK[0].HitRate, metrics.AtK[0].NormalizedDiscountedCumulativeGain, 1e-9);
        Assert.IsGreaterThanOrEqualTo(metrics.AtK[0].Recall, metrics.AtK[1].Recall);
        StringAssert.Contains(metrics.ToString(), "24 users");
        // one that the user doesn't have, of the user's half
        Assert.AreEqual("0", model.Recommend("0", 1)[0].Id);
        Assert.DoesNotContain("1", model.Recommend("0", Items).Select(item => item.Id));
        Assert.IsEmpty(model.Recommend("nobody"));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_new_user_gets_items_like_those_given(bool isRating)
    {
        using var model = Fit(options => options.RatingColumnName = isRating ? "Rating" : null);
        var items = model.RecommendFor(["7", "8", "unknown"], 3, isRating ? [5, 5, 1] : null);
        Assert.HasCount(3, items);
        Assert.DoesNotContain("7", items.Select(item => item.Id));
        if (!isRating)
            Assert.IsTrue(items.All(item => int.Parse(item.Id) >= Items / 2), string.Join(", ", items.Select(item => item.Id)));
        // a user without items gets what is good for all
        Assert.HasCount(Items, model.RecommendFor([], Items));
        Assert.Throws<ArgumentException>(() => model.RecommendFor(["7"], 3, [1, 2]));
    }

    [TestMethod]
    public void Ratings_are_predicted_also_of_what_is_not_known()
    {
        using var model = Fit(options => options.RatingColumnName = "Rating");
        var held = View(All().Where(IsHeldOut));
        var metrics = _ml.Regression.Evaluate(model.Transform(held), labelColumnName: "Rating");
        Assert.IsLessThan(0.5, metrics.RootMeanSquaredError);
        var mean = All().Where(row => !IsHeldOut(row)).Average(row => row.Rating);
        float[] scores = [.. model.Transform(View([new() { User = 999, Item = 999 }, new() { User = 0, Item = 999 }]))
            .GetColumn<float>("Score")];
        Assert.AreEqual(mean, scores[0], 1e-4f);
        Assert.IsTrue(float.IsFinite(scores[1]) && Math.Abs(scores[1] - mean) > 1e-4);
    }

    // Everybody goes around the items, each from another one on: what comes next depends on the last item alone.
    [TestMethod]
    [DataRow(RankingLoss.Softmax, false)]
    [DataRow(RankingLoss.SampledSoftmax, true)]
    public void What_comes_next_is_told_by_the_last_items(RankingLoss loss, bool isGraph)
    {
        Liking[] Walk(int first, int end) => [.. from step in Enumerable.Range(first, end - first) from user in Enumerable.Range(0, 36)
            select new Liking { User = user, Item = (user + step) % Items, Rating = 1 }];
        using var model = Fit(options =>
        {
            (options.RecentItems, options.Loss, options.Epochs, options.Regularization) = (2, loss, 40, 0);
            options.Network = isGraph ? GraphNetwork.LightGcn(1) : null;
            options.ValidationData = View(Walk(6, 7));
        }, Walk(0, 6));
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        var metrics = model.Evaluate(View(Walk(6, 7)), 1);
        Assert.IsGreaterThan(0.9, metrics.AtK[0].HitRate);
        // the validation reads the training items as those before
        Assert.IsLessThan(0.5, model.History.Epochs[^1].ValidationLoss!.Value);
        var rows = View(Walk(6, 7));
        float[] scores = [.. model.Transform(rows).GetColumn<float>("Score")];
        using var stream = new MemoryStream();
        _ml.Model.Save(model, rows.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _).Transform(rows);
        float[] again = loaded.Schema["Score"].Type is VectorDataViewType
            ? [.. loaded.GetColumn<float[]>("Score").Select(score => score[0])] : [.. loaded.GetColumn<float>("Score")];
        for (var i = 0; i < scores.Length; i++)
            Assert.AreEqual(scores[i], again[i], 1e-4f);
    }

    [TestMethod]
    [DataRow(1000, 5000)]
    [DataRow(1e-3f, 0)]
    [DataRow(1, -1e4f)]
    public void The_unit_of_ratings_does_not_matter(float unit, float zero)
    {
        RecommendationTransformer Learned(float times, float plus) => Fit(options =>
            (options.RatingColumnName, options.Network) = ("Rating", GraphNetwork.LightGcn(2)), All().Where(row => !IsHeldOut(row))
            .Select(row => new Liking { User = row.User, Item = row.Item, Rating = row.Rating * times + plus }));
        using var usual = Learned(1, 0);
        using var other = Learned(unit, zero);
        float[] Scores(RecommendationTransformer model) => [.. model.Transform(View(All())).GetColumn<float>("Score")];
        var (expected, found) = (Scores(usual), Scores(other));
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], (found[i] - zero) / unit, 0.02f);
        Assert.AreEqual(usual.History.Epochs[^1].Loss, other.History.Epochs[^1].Loss, 1e-2);
        Assert.AreEqual(1, other.History.Epochs[^1].Metrics["squared_error"] / usual.History.Epochs[^1].Metrics["squared_error"]
            / (unit * unit), 0.05);
        var (one, two) = (usual.RecommendFor(["7", "8"], 3, [5, 1]), other.RecommendFor(["7", "8"], 3, [5 * unit + zero, unit + zero]));
        for (var i = 0; i < 3; i++)
            Assert.AreEqual(one[i].Score, (two[i].Score - zero) / unit, 0.02f);
    }

    [TestMethod]
    public void Ratings_that_are_all_the_same_are_predicted()
    {
        using var model = Fit(options => (options.RatingColumnName, options.Epochs) = ("Rating", 2),
            All().Select(row => new Liking { User = row.User, Item = row.Item, Rating = 0.1f }));
        foreach (var score in model.Transform(View(All())).GetColumn<float>("Score"))
            Assert.AreEqual(0.1f, score, 1e-3f);
    }

    [TestMethod]
    public void Ratings_that_are_no_numbers_are_left_out_and_counted()
    {
        var rows = All().Where(row => !IsHeldOut(row)).ToArray();
        using var model = Fit(options => (options.RatingColumnName, options.Epochs, options.ValidationData) = ("Rating", 3,
            View([.. All().Where(IsHeldOut), new() { User = 1, Item = 2, Rating = float.NegativeInfinity }])),
            [.. rows, new() { User = 77, Item = 2, Rating = float.NaN }, new() { User = 3, Item = 78, Rating = float.PositiveInfinity }]);
        Assert.AreEqual((2L, 1L), (model.History.SkippedRows, model.History.SkippedValidationRows));
        Assert.AreEqual((Users, Items), (model.UserCount, model.ItemCount));
        Assert.IsTrue(model.History.Epochs.All(epoch => double.IsFinite(epoch.Loss)));
    }

    [TestMethod]
    public void Missing_ids_count_as_average_ones_also_after_saving()
    {
        Named[] rows = [.. All().Select(row => new Named { User = $"u{row.User}", Item = $"i{row.Item}", Rating = row.Rating })];
        var options = new RecommendationTrainer.Options
        {
            EmbeddingSize = 4, Epochs = 5, BatchSize = 20, LearningRate = 0.05f, Seed = 1, Target = ExecutionTarget.Cpu(1),
            RatingColumnName = "Rating",
        };
        using var model = _ml.Graphs().Recommendation(options).Fit(_ml.Data.LoadFromEnumerable(rows));
        var asked = _ml.Data.LoadFromEnumerable(new Named[] { new() { Item = "i3" }, new() { User = "u3" },
            new() { User = "who", Item = "i3" }, new() { User = "u3", Item = "what" }, new() });
        float[] scores = [.. model.Transform(asked).GetColumn<float>("Score")];
        Assert.AreEqual((scores[2], scores[3]), (scores[0], scores[1]));
        Assert.AreEqual(rows.Average(row => row.Rating), scores[4], 1e-4f);
        Assert.AreNotEqual(scores[4], scores[0], 1e-4f);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, asked.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _).Transform(asked);
        float[] again = loaded.Schema["Score"].Type is VectorDataViewType
            ? [.. loaded.GetColumn<float[]>("Score").Select(score => score[0])] : [.. loaded.GetColumn<float>("Score")];
        for (var i = 0; i < scores.Length; i++)
            Assert.AreEqual(scores[i], again[i], 1e-5f);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Saved_and_exported_models_say_the_same(bool isRating)
    {
        using var model = Fit(options => (options.Epochs, options.RatingColumnName) = (3, isRating ? "Rating" : null));
        Liking[] rows = [new() { User = 3, Item = 4 }, new() { User = 3, Item = 99 }];
        var view = View(rows);
        var scores = model.Transform(view).GetColumn<float>("Score").ToArray();
        Assert.AreEqual(!isRating, float.IsNaN(scores[1]));
        using var stream = new MemoryStream();
        _ml.Model.Save(model, view.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _).Transform(view);
        float[] again = loaded.Schema["Score"].Type is VectorDataViewType
            ? [.. loaded.GetColumn<float[]>("Score").Select(score => score[0])] : [.. loaded.GetColumn<float>("Score")];
        for (var i = 0; i < rows.Length; i++)
            Assert.AreEqual(scores[i], again[i], 1e-5f);
        using var folder = new TemporaryFolder();
        model.ExportBestItems(folder.File("items.onnx"), 3);
        using var session = OnnxSession.Load(folder.File("items.onnx"));
        var users = JsonSerializer.Deserialize<string[]>(session.Metadata["mlseqgraph.users"])!;
        var items = JsonSerializer.Deserialize<string[]>(session.Metadata["mlseqgraph.items"])!;
        var best = session.Run(new Dictionary<string, TensorData> { ["source"] = TensorData.Vector(Array.IndexOf(users, "5") + 1L) });
        CollectionAssert.AreEqual(model.Recommend("5", 3, excludeKnown: false).Select(item => item.Id).ToArray(),
            best["Answer"].As<long>().Select(item => items[item - 1]).ToArray());
        Assert.HasCount(Users, model.EmbedUsers(_ml).GetColumn<float[]>("Embedding").ToArray());
        Assert.HasCount(Items, model.EmbedItems(_ml).GetColumn<float[]>("Embedding").ToArray());
    }

    [TestMethod]
    public void What_cannot_be_learned_is_an_error()
    {
        void Fails(string message, IEnumerable<Liking>? rows, Action<RecommendationTrainer.Options>? set = null) =>
            StringAssert.Contains(Assert.Throws<Exception>(() => Fit(set, rows)).Message, message);
        Fails("found no row", []);
        Fails("all of the 2 × 2 pairs are there", from user in (int[])[1, 2] from item in (int[])[1, 2]
            select new Liking { User = user, Item = item });
        Fails("Column 'Rating', row 0: the value is NaN", [new() { User = 1, Item = 2, Rating = float.NaN }],
            options => (options.RatingColumnName, options.BadRows) = ("Rating", BadRows.Error));
        Fails("'Missing'", null, options => options.UserColumnName = "Missing");
        Fails("Column 'Item' is Int32; expected Single", null, options => options.RatingColumnName = "Item");
        Fails("ItemColumnName", null, options => options.ItemColumnName = "User");
        Fails("RecentItems", null, options => options.RecentItems = -1);
        using var model = Fit(options => options.Epochs = 1);
        Assert.Throws<InvalidDataException>(() => model.Evaluate(View([])));
        var unknown = model.Evaluate(View([new() { User = 999, Item = 1 }, new() { User = 1, Item = 999 }]));
        Assert.AreEqual((2L, 1L, 0.0), (unknown.UserCount, unknown.UnknownUserCount, unknown.AtK[0].HitRate));
    }

    private sealed class Named
    {
        public string User { get; set; } = "";

        public string Item { get; set; } = "";

        public float Rating { get; set; }
    }

    private sealed class Liking
    {
        public int User { get; set; }

        public int Item { get; set; }

        public float Rating { get; set; }
    }
}
