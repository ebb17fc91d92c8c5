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

    [TestMethod]
    public void Meshes_are_told()
    {
        using var folder = new TemporaryFolder();
        string[] files = [folder.File("one.off"), folder.File("two.off")];
        foreach (var (i, file) in files.Index())
            File.WriteAllText(file, $"OFF\n4 4 0\n0 0 0\n1 0 0\n0 {i + 1} 0\n0 0 1\n3 0 2 1\n3 0 1 3\n3 0 3 2\n3 1 2 3\n");
        // docs
        var shapes = ml.Data.LoadMeshes(files);                          // OFF: columns Name, NodeFeatures, Edges, EdgeFeatures
        var telling = ml.Transforms.Conversion.MapValueToKey("Label", "Name")
            .Append(ml.Graphs().GraphClassification("Label", new GraphColumns { EdgeFeaturesColumnName = "EdgeFeatures" },
                GraphNetwork.GatedGcn(hidden: 32, layers: 3), epochs: 10));
        var mesh = TriangleMesh.LoadOff(files[0]);                       // or new TriangleMesh(vertices, triangles)
        var graph = mesh.ToGraph();                                      // the same three as arrays, for rows of your own
        // docs
        Assert.HasCount(4 * MeshGraph.NodeFeatureCount, graph.NodeFeatures);
        Assert.HasCount(2, telling.Fit(shapes).Transform(shapes).GetColumn<float[]>("Score").ToArray());
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

    [TestMethod]
    public void Probabilities_of_links_hold_and_attributes_are_filled_in()
    {
        var people = People(30);
        var split = ml.Data.RandomLinkSplit(people, new GraphEdgeColumns(Friendships(30)), "Id", validationFraction: 0.3);
        Calibrated(people, split);
        Filled(people, Friendships(30));
    }

    private static void Calibrated(IDataView people, LinkSplit split)
    {
        // docs
        var calibrated = ml.Graphs().LinkPrediction(new()
        {
            Edges = split.Training, NodeIdColumnName = "Id", ValidationData = split.Validation,
            Calibration = LinkCalibration.Platt, EdgeShare = 0.01,                     // of all pairs, one in a hundred is an edge
        }).Fit(people);
        var holds = ml.Graphs().EvaluateCalibration(calibrated.Transform(split.Test), positiveShare: 0.01);
        Console.WriteLine($"{holds.BrierScore:0.0000} {holds.ExpectedCalibrationError:0.0000} {holds.Bins[0].PositiveShare:0.00}");
        // docs
        Assert.IsTrue(holds.BrierScore is >= 0 and < 0.25);
    }

    private static void Filled(IDataView people, IDataView friendships)
    {
        // docs
        var filling = ml.Graphs().NodeImputation(new GraphEdgeColumns(friendships), nodeIdColumnName: "Id").Fit(people);
        var filled = filling.Transform(people);                                        // Score: Features without NaN
        // docs
        Assert.IsTrue(filled.GetColumn<float[]>("Score").SelectMany(row => row).All(float.IsFinite));
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
    public void Particles_are_simulated()
    {
        double[][] Falling() => [.. Enumerable.Range(0, 8).Select(step => Enumerable.Range(0, 10).Select(i =>
            i / 10.0 - (i % 2) * 0.001 * step * step).ToArray())];
        Assert.HasCount(100, Simulated([Falling(), Falling(), Falling()]));
    }

    private static double[][] Simulated(double[][][] trajectories)
    {
        // docs
        var graphs = new ParticleGraphs(new() { Radius = 0.1, History = 2, Lower = [0, 0], Upper = [1, 1] });
        var rows = ml.Data.LoadFromEnumerable<ParticleRow>(
            [.. trajectories.SelectMany(times => graphs.Windows(times, noise: 1e-4))]);        // times: positions [particles · 2] each
        var simulator = ml.Graphs().GraphNodeRegression(new()
        {
            Columns = graphs.Columns, Network = GraphNetwork.EncodeProcessDecode(hidden: 32, layers: 2), TargetsPerNode = 2, Epochs = 20,
        }).Fit(rows);
        using var rollout = new ParticleRollout(simulator, graphs);
        var next = rollout.Run(trajectories[0][..3]).Take(100).ToArray();                      // links particles anew in each step
        // docs
        return next;
    }

    private sealed class Motion
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];

        public float[] Label { get; set; } = [];
    }

    [TestMethod]
    public void Links_are_inferred()
    {
        float[] Series(int row, int from) => [.. Enumerable.Range(0, 3).SelectMany(body => Enumerable.Range(from, 20 - from)
            .SelectMany(step => Enumerable.Range(0, 4).Select(i => MathF.Sin(0.2f * step * (body + 1) + i + row))))];
        var motions = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(row =>
            new Motion { NodeFeatures = Series(row, 0), Label = Series(row, 1), Edges = NeighborGraph.AllPairs(3) }));
        foreach (var row in Inferred(motions))
            Assert.HasCount(6, row);
    }

    private static float[][] Inferred(IDataView motions)
    {
        // docs
        // A row is a motion: the steps of each body (x, y and velocities), all pairs, and all steps but the first.
        var inference = ml.Graphs().GraphNodeRegression(new()
        {
            Columns = new() { NodeFeatureCount = 20 * 4 }, FeaturesPerStep = 4, TargetsPerNode = 19 * 4,
            Network = GraphNetwork.RelationalInference(new() { FeaturesPerStep = 4 }), OutputAttention = true, Epochs = 20,
        }).Fit(motions);
        var linked = inference.Transform(motions).GetColumn<float[]>("Attention").ToArray();     // a probability for each pair
        // docs
        return linked;
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

    private sealed class Signals
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];

        public bool Label { get; set; }

        public float[] Next { get; set; } = [];
    }

    [TestMethod]
    public void Nodes_have_series_and_connections_are_learned()
    {
        var random = new Random(1);
        IDataView Some(int nodes, int steps, int[] edges) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, 6).Select(row => new Signals
        {
            NodeFeatures = [.. Enumerable.Range(0, nodes * steps).Select(_ => random.NextSingle())], Edges = edges, Label = row % 2 == 0,
            Next = [.. Enumerable.Range(0, nodes).Select(_ => random.NextSingle())],
        }).ToArray());
        var shown = Learned(Some(3, 240, [0, 1, 1, 0]), Some(25, 12, []), Some(25, 12, NeighborGraph.AllPairs(25)));
        foreach (var row in shown.GetColumn<float[]>("Attention"))
            Assert.HasCount(25 * 24, row);
    }

    private static IDataView Learned(IDataView people, IDataView hours, IDataView withAllPairs)
    {
        // docs
        // A row is a person: 240 steps of each region of the brain, which regions are connected, and whether they are ill.
        var series = SequenceNetwork.Gru(hidden: 16);                       // or a convolutional network, or your own
        var telling = ml.Graphs().GraphBinaryClassification("Label", new GraphColumns { NodeFeatureCount = 240 },
            GraphNetwork.OverSeries(series, GraphNetwork.Gin(hidden: 16, layers: 2)), epochs: 15).Fit(people);

        // A row is an hour, and nobody knows which roads act on which: Edges is empty.
        var learned = ml.Graphs().GraphNodeRegression(new()
        {
            LabelColumnName = "Next", Columns = new() { NodeFeatureCount = 12 }, Epochs = 20, OutputAttention = true,
            Network = GraphNetwork.LearnedGraph(new() { Nodes = 25 }),
        }).Fit(hours);
        var shown = learned.Transform(withAllPairs);              // Attention: how much the target of each edge reads of its source

        // A network beside a linear function of the last 12 values of all places.
        var beside = ml.Graphs().GraphNodeRegression(new()
        {
            LabelColumnName = "Next", Columns = new() { NodeFeatureCount = 12 }, Epochs = 20,
            Network = GraphNetwork.Autoregressive(GraphNetwork.LearnedGraph(new() { Nodes = 25 }),
                new() { Nodes = 25, Steps = 12, ReadsAllNodes = true, Dropout = 0.1f }),
        }).Fit(hours);
        // docs
        Assert.IsLessThanOrEqualTo(1e-4, telling.Info.Verification!.LargestDifference);
        Assert.IsLessThanOrEqualTo(1e-4, beside.Info.Verification!.LargestDifference);
        return shown;
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

    [TestMethod]
    public void Predictions_are_explained_clusters_found_and_drawn()
    {
        using var folder = new TemporaryFolder();
        Explained(People(20), Friendships(20), folder.File("why.svg"), folder.File("clusters.svg"));
        Assert.IsTrue(File.Exists(folder.File("why.svg")) && File.Exists(folder.File("clusters.svg")));
    }

    private static void Explained(IDataView people, IDataView friendships, string why, string picture)
    {
        people = ml.Transforms.Conversion.MapValueToKey("Label").Fit(people).Transform(people);
        // docs
        var edges = new GraphEdgeColumns(friendships);
        using var model = ml.Graphs().NodeClassification(edges, nodeIdColumnName: "Id").Fit(people);
        var explanation = model.Explain("n5");                            // GNNExplainer; Method for gradients, attention, occlusion
        explanation.WriteSvg(why);
        var most = explanation.Edges[0];                                  // rows of both ends, and an importance
        var feature = explanation.FeatureImportance.ToList().IndexOf(explanation.FeatureImportance.Max());

        var communities = ml.Graphs().Louvain(people, edges, "Id");       // from edges alone: PredictedLabel
        var clusters = ml.Graphs().NodeClustering(edges, clusters: 4, nodeIdColumnName: "Id").Fit(people).Transform(people);
        var byVectors = ml.Graphs().DeepWalk(edges, "Id").Append(ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 4));
        var modularity = ml.Graphs().Modularity(communities, edges, "Id");
        ml.Graphs().Draw(communities, edges, picture, new() { NodeIdColumnName = "Id" });
        // docs
        Assert.IsTrue(most.Importance > 0 && feature >= 0 && double.IsFinite(modularity));
        Assert.HasCount(20, byVectors.Fit(people).Transform(people).GetColumn<uint>("PredictedLabel").ToArray());
        Assert.HasCount(20, clusters.GetColumn<uint>("PredictedLabel").ToArray());
    }
}
