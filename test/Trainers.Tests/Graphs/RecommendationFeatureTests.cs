using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Features of items and users: what is known of few pairs is told by those of others of their kind.</summary>
[TestClass]
public class RecommendationFeatureTests
{
    private const int Users = 60, Items = 120, Kinds = 4, Each = 12;

    private readonly MLContext _ml = new(1);

    private static int KindOf(int item) => item * 7 % 23 % Kinds;

    // Each user likes one kind.
    private static (Pair[] Train, Pair[] Test) Make()
    {
        var random = new Random(1);
        Pair[][] users = [.. Enumerable.Range(0, Users).Select(user =>
        {
            int[] items = [.. Enumerable.Range(0, Items)];
            random.Shuffle(items);
            return items[..(Each + 4)].Select(item => new Pair
            {
                User = $"u{user}", Item = $"i{item}", Rating = 3 + (KindOf(item) == user % Kinds ? 1.5f : -0.5f),
            }).ToArray();
        })];
        var train = users.SelectMany(user => user[..Each]).ToArray();
        var known = train.Select(pair => pair.Item).ToHashSet();
        return (train, [.. users.SelectMany(user => user[Each..]).Where(pair => known.Contains(pair.Item))]);
    }

    // Indicators of the kind, and a number that says nothing, in some unit.
    private IDataView ItemTable(float unit = 1, bool isReversed = false) =>
        _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Items).Select(row => isReversed ? Items - 1 - row : row).Select(item =>
            new ItemRow
            {
                Item = $"i{item}",
                Features = [.. Enumerable.Range(0, Kinds).Select(kind => KindOf(item) == kind ? 1f : 0), unit * (1900 + item * 37 % 100)],
            }));

    private IDataView UserTable() => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Users).Select(user => new UserRow
    {
        User = $"u{user}", Features = [.. Enumerable.Range(0, Kinds).Select(kind => user % Kinds == kind ? 1f : 0)],
    }));

    private RecommendationTransformer Fit(Pair[] train, Action<RecommendationTrainer.Options> set)
    {
        var options = new RecommendationTrainer.Options
        {
            RatingColumnName = "Rating", EmbeddingSize = 8, Epochs = 40, BatchSize = 32, LearningRate = 0.02f, Regularization = 0.05f,
            Seed = 1, Target = ExecutionTarget.Cpu(1),
        };
        set(options);
        return _ml.Graphs().Recommendation(options).Fit(_ml.Data.LoadFromEnumerable(train));
    }

    private float[] Scores(ITransformer model, Pair[] pairs) =>
        model.Transform(_ml.Data.LoadFromEnumerable(pairs)) is var scored && scored.Schema["Score"].Type is VectorDataViewType
            ? [.. scored.GetColumn<float[]>("Score").Select(score => score[0])] : [.. scored.GetColumn<float>("Score")];

    private double Error(RecommendationTransformer model, Pair[] pairs) =>
        Math.Sqrt(Scores(model, pairs).Zip(pairs).Average(pair => Math.Pow(pair.First - pair.Second.Rating, 2)));

    [TestMethod]
    public void Kinds_of_items_tell_ratings_of_items_that_few_have_rated()
    {
        var (train, test) = Make();
        using var without = Fit(train, _ => { });
        using var with = Fit(train, options => options.Items = ItemTable());
        Assert.IsLessThanOrEqualTo(1e-4, with.Info.Verification!.LargestDifference);
        Assert.IsLessThan(0.6 * Error(without, test), Error(with, test));
        Assert.HasCount(Items, with.EmbedItems(_ml).GetColumn<float[]>("Embedding").ToArray());
    }

    [TestMethod]
    [DataRow(1000f)]
    [DataRow(1e-3f)]
    public void The_unit_of_a_feature_does_not_matter(float unit)
    {
        var (train, test) = Make();
        RecommendationTransformer Learned(float times) => Fit(train, options => (options.Items, options.Epochs) = (ItemTable(times), 5));
        using var usual = Learned(1);
        using var other = Learned(unit);
        foreach (var (one, two) in Scores(usual, test).Zip(Scores(other, test)))
            Assert.AreEqual(one, two, 0.01f);
    }

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    public void Users_and_items_with_features_are_saved_exported_and_ranked(bool isGraph, bool isRating)
    {
        var (train, test) = Make();
        var rows = isRating ? train : [.. train.Where(pair => pair.Rating > 3)];
        using var model = Fit(rows, options =>
        {
            options.RatingColumnName = isRating ? "Rating" : null;
            (options.Items, options.Users) = (ItemTable(), UserTable());
            options.Network = isGraph ? GraphNetwork.LightGcn(1) : null;
            options.Epochs = 15;
        });
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        using var stream = new MemoryStream();
        var view = _ml.Data.LoadFromEnumerable(test);
        _ml.Model.Save(model, view.Schema, stream);
        stream.Position = 0;
        foreach (var (one, two) in Scores(model, test).Zip(Scores(new MLContext().Model.Load(stream, out _), test)))
            Assert.AreEqual(one, two, 1e-4f);
        // the ranking's scores are those of pairs, which are held to the range of ratings
        var best = model.Recommend("u5", 5);
        Assert.HasCount(5, best);
        var pairs = Scores(model, [.. best.Select(item => new Pair { User = "u5", Item = item.Id })]);
        for (var i = 0; i < 5; i++)
            Assert.AreEqual(pairs[i], isRating ? Math.Clamp(best[i].Score, 2.5f, 4.5f) : best[i].Score, 1e-3f);
        Assert.IsGreaterThanOrEqualTo(4, best.Count(item => KindOf(int.Parse(item.Id[1..])) == 5 % Kinds));
        // a new user who likes items of a kind gets others of it
        var owned = Enumerable.Range(0, Items).Where(item => KindOf(item) == 2).Take(4).Select(item => $"i{item}").ToArray();
        var offered = model.RecommendFor(owned, 5, isRating ? [5, 5, 5, 5] : null);
        Assert.IsGreaterThanOrEqualTo(4, offered.Count(item => KindOf(int.Parse(item.Id[1..])) == 2));
    }

    // The last ten items and the last four users have no pair.
    [TestMethod]
    [DataRow(true, 0)]
    [DataRow(false, 0)]
    [DataRow(false, 2)]
    public void Items_and_users_without_pairs_are_known_by_their_features(bool isRating, int recent)
    {
        static bool IsNew(string id, int first) => int.Parse(id[1..]) >= first;
        var (train, test) = Make();
        bool IsNewPair(Pair pair) => IsNew(pair.Item, Items - 10) || IsNew(pair.User, Users - 4);
        Pair[] rows = [.. train.Where(pair => !IsNewPair(pair) && (isRating || pair.Rating > 3))],
            others = [.. train.Concat(test).Where(IsNewPair)];
        RecommendationTransformer Learned(bool isReversed) => Fit(rows, options =>
        {
            options.RatingColumnName = isRating ? "Rating" : null;
            (options.Items, options.Users, options.RecentItems) = (ItemTable(isReversed: isReversed), UserTable(), recent);
            options.Epochs = 20;
        });
        using var model = Learned(false);
        Assert.AreEqual((Users, Items), (model.UserCount, model.ItemCount));
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        if (isRating)
        {
            using var without = Fit(rows, _ => { });
            Assert.IsLessThan(0.7 * Error(without, others), Error(model, others));
        }
        var best = model.Recommend($"u{Users - 3}", 30);
        Assert.IsGreaterThanOrEqualTo(25, best.Count(item => KindOf(int.Parse(item.Id[1..])) == (Users - 3) % Kinds));
        Assert.IsNotEmpty(model.Recommend("u1", 30).Where(item => IsNew(item.Id, Items - 10)).ToArray());

        using var stream = new MemoryStream();
        _ml.Model.Save(model, _ml.Data.LoadFromEnumerable(rows).Schema, stream);
        stream.Position = 0;
        var saved = Scores(new MLContext().Model.Load(stream, out _), others);
        using var reversed = Learned(true);
        foreach (var ((one, two), three) in Scores(model, others).Zip(saved).Zip(Scores(reversed, others)))
        {
            Assert.AreEqual(one, two, 1e-4f);
            Assert.AreEqual(one, three, 1e-4f);
        }
    }

    [TestMethod]
    public void Entities_without_triples_are_known_by_their_features()
    {
        var table = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 41).Select(head => new UserRow
        {
            User = $"h{head}", Features = [.. Enumerable.Range(0, Kinds).Select(kind => head % Kinds == kind ? 1f : 0)],
        }));
        using var model = _ml.Graphs().KnowledgeGraph(new KnowledgeGraphTrainer.Options
        {
            HeadColumnName = "User", TailColumnName = "Item", RelationColumnName = null, Entities = table, EntityIdColumnName = "User",
            EmbeddingSize = 8, Epochs = 60, BatchSize = 16, LearningRate = 0.02f, N3 = 0.01f, Seed = 1, Target = ExecutionTarget.Cpu(1),
        }).Fit(_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(head => new Pair
        {
            User = $"h{head}", Item = $"t{head % Kinds}",
        })));
        Assert.AreEqual("t0", model.PredictTails("h40", null, 1)[0].Id);
        Assert.AreEqual(41 + Kinds, model.EntityCount);
    }

    [TestMethod]
    public void Features_that_cannot_be_read_are_errors()
    {
        var (train, _) = Make();
        void Fails(string message, Action<RecommendationTrainer.Options> set) =>
            StringAssert.Contains(Assert.Throws<Exception>(() => Fit(train, set)).Message, message);
        IDataView Table(string item, float number = 1) =>
            _ml.Data.LoadFromEnumerable([new ItemRow { Item = item, Features = [1, 0, 0, 0, number] }]);
        Fails("Column 'Item' of the features: none of its 1 ids is one of the", options => options.Items = Table("nothing"));
        Fails("'Features'", options => options.Items = Table("i1", float.NaN));
        Fails("'Kinds'", options => (options.Items, options.FeatureColumnName) = (ItemTable(), "Kinds"));
        Fails("Column 'User' not found; the input has columns Item, Features. UserColumnName asks for it.",
            options => options.Users = ItemTable());
        Fails("Column 'Features': the view has no rows", options => options.Items =
            _ml.Data.LoadFromEnumerable<ItemRow>([]));
        Fails("FeatureColumnName", options => (options.Items, options.FeatureColumnName) = (ItemTable(), ""));
    }

    private sealed class Pair
    {
        public string User { get; set; } = "";

        public string Item { get; set; } = "";

        public float Rating { get; set; }
    }

    private sealed class ItemRow
    {
        public string Item { get; set; } = "";

        [VectorType(Kinds + 1)]
        public float[] Features { get; set; } = [];
    }

    private sealed class UserRow
    {
        public string User { get; set; } = "";

        [VectorType(Kinds)]
        public float[] Features { get; set; } = [];
    }
}
