using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class GraphCode
{
    private static readonly MLContext ml = new(1);

    private sealed class Person
    {
        public string Id { get; set; } = "";

        [VectorType(3)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private sealed class Friendship
    {
        public string Source { get; set; } = "";

        public string Target { get; set; } = "";
    }

    private static IDataView People(int count) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Person
    {
        Id = $"n{i}", Features = [i % 2, 1, i / (float)count], Label = i % 2 == 0 ? "even" : "odd",
    }));

    private static IDataView Friendships(int count) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, 2 * count)
        .Select(i => new Friendship { Source = $"n{i % count}", Target = $"n{(i + 2 + 2 * (i / count)) % count}" }));

    [TestMethod]
    public void Nodes_of_a_new_graph_are_told()
    {
        var scored = NewGraph(People(20), Friendships(20), People(12), Friendships(12));
        Assert.HasCount(12, scored.GetColumn<float[]>("Score").ToArray());
    }

    private static IDataView NewGraph(IDataView people, IDataView friendships, IDataView newPeople, IDataView newFriendships)
    {
        // docs
        var edges = new GraphEdgeColumns(friendships);        // columns Source and Target: ids of people
        var split = ml.Data.NodeTrainTestSplit(people, edges, "Id", testFraction: 0.2);

        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Graphs().NodeClassification(split.TrainEdges, network: GraphNetwork.Sage(), nodeIdColumnName: "Id"));
        var model = pipeline.Fit(split.TrainSet);
        var metrics = ml.Graphs().EvaluateClassification(model.Transform(split.TrainSet));

        var later = model.WithGraph(newPeople, new GraphEdgeColumns(newFriendships)).Transform(newPeople);
        // docs
        Assert.IsGreaterThan(0, metrics.MicroAccuracy);
        return later;
    }

    [TestMethod]
    public void Links_are_ranked()
    {
        var scored = Links(People(30), Friendships(30));
        Assert.IsGreaterThan(10, scored.GetColumn<float>("Score").Count());
    }

    private static IDataView Links(IDataView people, IDataView friendships)
    {
        // docs
        var split = ml.Data.RandomLinkSplit(people, new GraphEdgeColumns(friendships), "Id");
        var model = ml.Graphs().LinkPrediction(split.Training, network: GraphNetwork.Gcn(), nodeIdColumnName: "Id").Fit(people);
        var scored = model.Transform(split.Test);             // pairs of nodes: Source, Target, Label, and now Score
        var metrics = ml.Graphs().EvaluateLinkRanking(scored);
        var vectors = model.EmbedNodes();                     // a row per node
        // docs
        Assert.IsGreaterThan(0, metrics.MeanReciprocalRank);
        Assert.HasCount(30, vectors.GetColumn<float[]>("Embedding").ToArray());
        return scored;
    }

    [TestMethod]
    public void Knowledge_graphs_are_completed()
    {
        using var folder = new TemporaryFolder();
        var triples = Kinship.All();
        (triples[0].Head, triples[0].Relation) = ("Berlin", "capital_of");
        var found = Completed(ml.Data.LoadFromEnumerable(triples), ml.Data.LoadFromEnumerable(triples.Take(5).ToArray()),
            folder.File("best.onnx"));
        Assert.HasCount(3, found);
        Assert.IsTrue(File.Exists(folder.File("best.onnx")));
    }

    private static IReadOnlyList<ScoredAnswer> Completed(IDataView triples, IDataView held, string onnx)
    {
        // docs
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Relation")
            .Append(ml.Graphs().KnowledgeGraph(decoder: LinkDecoder.ComplEx, embeddingSize: 200));
        var model = pipeline.Fit(triples);                    // columns Head, Relation and Tail
        var graph = model.LastTransformer;
        var answers = graph.PredictTails("Berlin", "capital_of", count: 3);
        var metrics = graph.Evaluate(model.Transform(held));
        graph.ExportBestAnswers(onnx, count: 3);              // numbers of entities and relations in, the best tails out
        // docs
        Assert.IsGreaterThan(0, metrics.Both.MeanReciprocalRank);
        return answers;
    }

    private sealed class Purchase
    {
        public string User { get; set; } = "";

        public string Item { get; set; } = "";

        public float Rating { get; set; }
    }

    [TestMethod]
    public void Items_are_recommended()
    {
        string[] users = ["anna", "ben", "carl", "dora"], items = ["tea", "cup", "cake", "book", "lamp", "pen"];
        var purchases = users.SelectMany((user, u) => items.Where((_, i) => (i + u) % 3 > 0).Select((item, i) =>
            new Purchase { User = user, Item = item, Rating = i })).ToArray();
        Purchase[] later = [new() { User = "anna", Item = "tea", Rating = 2 }];
        Assert.AreEqual(1, Recommended(ml.Data.LoadFromEnumerable(purchases), ml.Data.LoadFromEnumerable(later))
            .GetColumn<float>("Score").Count());
    }

    private static IDataView Recommended(IDataView purchases, IDataView later)
    {
        // docs
        var recommender = ml.Graphs().Recommendation(network: GraphNetwork.LightGcn()).Fit(purchases);   // columns User and Item
        var items = recommender.Recommend("anna", count: 3);                  // none that anna has
        var forNew = recommender.RecommendFor(["tea", "cup"], count: 3);      // somebody who wasn't there, by what they have
        var ranks = recommender.Evaluate(later, 10);                          // HR@10, Recall@10, NDCG@10
        var ratings = ml.Graphs().Recommendation(ratingColumnName: "Rating").Fit(purchases).Transform(later);
        // docs
        Assert.HasCount(2, items);
        Assert.HasCount(3, forNew);
        Assert.AreEqual(1, ranks.UserCount);
        return ratings;
    }

    private sealed class Compound
    {
        public string Smiles { get; set; } = "";

        public float Solubility { get; set; }
    }

    [TestMethod]
    public void Molecules_are_read()
    {
        string[] chains = ["C", "CC", "CCC", "CCCC", "CCO", "CCCO", "CCN", "c1ccccc1", "c1ccccc1O", "CC(=O)O"];
        var compounds = ml.Data.LoadFromEnumerable(chains.Select(text => new Compound { Smiles = text, Solubility = text.Length }));
        Assert.HasCount(10, Molecules(compounds).GetColumn<float>("Score").ToArray());
    }

    private static IDataView Molecules(IDataView compounds)
    {
        // docs
        var solubility = ml.Transforms.SmilesToGraph("Smiles")          // columns NodeFeatures, Edges, EdgeFeatures
            .Append(ml.Graphs().GraphRegression("Solubility", new GraphColumns { EdgeFeaturesColumnName = "EdgeFeatures" },
                GraphNetwork.Gin(hidden: 64, layers: 4), epochs: 50));
        var model = solubility.Fit(compounds);
        // docs
        return model.Transform(compounds);
    }

    private sealed class Reading
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];

        public float[] Next { get; set; } = [];
    }

    [TestMethod]
    public void Nodes_of_many_graphs_are_predicted()
    {
        var random = new Random(1);
        var readings = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(_ =>
        {
            float[] last = [.. Enumerable.Range(0, 3 * 12).Select(_ => random.NextSingle())];
            return new Reading { NodeFeatures = last, Edges = [0, 1, 1, 2, 1, 0, 2, 1], Next = [last[11], last[23], last[35]] };
        }).ToArray());
        Assert.HasCount(30, Sensors(readings).GetColumn<float[]>("Score").ToArray());
    }

    private static IDataView Sensors(IDataView readings)
    {
        // docs
        // A row is an hour: the last 12 values of each sensor, the roads between them, and each sensor's next value.
        var roads = ml.Graphs().GraphNodeRegression("Next", new GraphColumns { NodeFeatureCount = 12 }, GraphNetwork.Sage(dropout: 0),
            epochs: 20).Fit(readings);
        var scored = roads.Transform(readings);                          // Score: a number per sensor
        var metrics = ml.Graphs().EvaluateNodeRegression(scored, labelColumnName: "Next");
        // docs
        Assert.IsTrue(double.IsFinite(metrics.PerOutput[0].RootMeanSquaredError));
        return scored;
    }

    private sealed class Message
    {
        public double Time { get; set; }

        public string Source { get; set; } = "";

        public string Target { get; set; } = "";
    }

    private static IDataView Messages(int start, int count) => ml.Data.LoadFromEnumerable(Enumerable.Range(start, count)
        .Select(i => new Message { Time = i, Source = $"n{i % 7}", Target = $"n{i * i % 5 + (i % 7 < 5 ? 7 : 0)}" }));

    [TestMethod]
    public void Coming_events_are_predicted()
    {
        var scored = Future(Messages(0, 90), Messages(90, 10), Messages(100, 2));
        Assert.HasCount(2, scored.GetColumn<float>("Probability").ToArray());
    }

    private static IDataView Future(IDataView messages, IDataView newMessages, IDataView pairs)
    {
        // docs
        var graph = ml.Data.TemporalGraph(messages);                     // columns Time, Source and Target, in the order of time
        var meetings = ml.Graphs().FutureLinkPrediction(graph, SequenceNetwork.Tgn(), epochs: 10).Fit(graph.Questions(0, 70));
        var ranks = ml.Graphs().EvaluateLinkRanking(meetings.Transform(graph.Candidates(70, 90)), "Query");

        graph.Append(newMessages);                                       // of nodes that were never seen, too
        var answers = meetings.Transform(graph.Ask(pairs));              // Probability that they meet at that time
        // docs
        Assert.IsGreaterThan(0, ranks.MeanReciprocalRank);
        return answers;
    }

    [TestMethod]
    public void Neighbors_are_sampled()
    {
        var nodes = ml.Transforms.Conversion.MapValueToKey("Label").Fit(People(40)).Transform(People(40));
        Assert.HasCount(40, Sampled(nodes, Friendships(40)).GetColumn<float[]>("Score").ToArray());
    }

    private static IDataView Sampled(IDataView nodes, IDataView friendships)
    {
        // docs
        var sampled = ml.Graphs().NodeClassification(new()
        {
            Edges = new GraphEdgeColumns(friendships),
            NodeIdColumnName = "Id",
            Network = GraphNetwork.Sage(hidden: 64, layers: 2),
            FanOuts = [15, 10],                               // neighbors sampled per node, layer by layer
            BatchSize = 1024,
            Epochs = 5,
        }).Fit(nodes);
        // docs
        return sampled.Transform(nodes);
    }
}
