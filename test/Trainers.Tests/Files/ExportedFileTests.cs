using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;
using Shape = MLSeqGraph.Trainers.Tests.Graphs.Shape;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>What all exported files have in common, whatever trained them.</summary>
[TestClass]
public class ExportedFileTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly TemporaryFolder Folder = new();

    private static readonly Lazy<ExportedFile[]> Files = new(() => [.. ExportedFiles.All(Folder)]);

    // Linear dynamical systems are fitted to the numbers as they are, and forecasters scale each window by itself.
    private static readonly Type[] InUnitsOfRows = [typeof(LinearGaussianEstimator), typeof(ForecastingTrainer)];

    [ClassCleanup]
    public static void Clean() => Folder.Dispose();

    [TestMethod]
    public void No_input_may_be_left_out()
    {
        foreach (var file in Files.Value)
        {
            var inputs = OnnxFile.Inspect(file.Path).Inputs;
            Assert.IsNotEmpty(inputs, file.Name);
            foreach (var input in inputs)
                Assert.IsFalse(input.IsOptional, $"{file.Name}: {input}");
        }
    }

    [TestMethod]
    public void Metadata_describes_every_input_and_output()
    {
        foreach (var file in Files.Value)
        {
            var found = OnnxFile.Inspect(file.Path);
            var info = ModelInfo.Read(found.Metadata, file.Name);
            Assert.AreEqual(ModelFormat.Version, found.Metadata[ModelFormat.FormatKey], file.Name);
            Assert.IsTrue(found.Metadata.ContainsKey(ModelFormat.DigestKey), file.Name);
            // A table of vectors is what was trained: there is no other graph to compare it with.
            Assert.AreEqual(info.Task != ModelTask.Embedding, info.Verification is not null, file.Name);
            Assert.AreEqual(info.Part != ModelPart.Whole, found.Metadata.ContainsKey(GenerationInfo.Key), file.Name);
            foreach (var (tensors, described) in ((IReadOnlyList<TensorInfo>, IReadOnlyList<ModelTensor>)[])[
                (found.Inputs, info.InputTensors!), (found.Outputs, info.OutputTensors!)])
            {
                Assert.HasCount(tensors.Count, described, file.Name);
                for (var i = 0; i < tensors.Count; i++)
                {
                    Assert.AreEqual((tensors[i].Name, tensors[i].Type), (described[i].Name, described[i].Type), file.Name);
                    Assert.AreEqual(tensors[i].Shape.Rank, described[i].Shape.Rank, $"{file.Name}: {described[i]}");
                    for (var axis = 0; axis < tensors[i].Shape.Rank; axis++)
                        if (tensors[i].Shape[axis].IsKnown)
                            Assert.AreEqual(tensors[i].Shape[axis], described[i].Shape[axis], $"{file.Name}: {described[i]}");
                    Assert.DoesNotContain("the network's own", described[i].Meaning, $"{file.Name}: {described[i]}");
                }
            }
        }
    }

    [TestMethod]
    public void Metadata_holds_what_a_client_must_know_of_each_kind()
    {
        using var folder = new TemporaryFolder();
        ExportedModel.WriteJson(folder.Path, Files.Value.Select(file => (file.Name, File.ReadAllBytes(file.Path))));
        var beside = JsonNode.Parse(File.ReadAllText(folder.File("mlseqgraph.json")))!["files"]!;
        var scaled = 0;
        foreach (var file in Files.Value)
        {
            var metadata = OnnxFile.Inspect(file.Path).Metadata;
            var info = ModelInfo.Read(metadata, file.Name);
            Assert.IsTrue(JsonNode.DeepEquals(JsonNode.Parse(metadata[ModelFormat.ModelKey]), beside[file.Name]!["model"]), file.Name);
            // start and end tokens
            if (info.Part != ModelPart.Whole)
            {
                var generation = beside[file.Name]!["generation"]!;
                Assert.IsGreaterThan(0, generation["startToken"]!.GetValue<int>(), file.Name);
                Assert.IsNotEmpty(generation["endTokens"]!.AsArray(), file.Name);
            }
            // directions of edges and ids of nodes; triples are read by the numbers of what they name
            var graph = info.Graph;
            if (file.Trainer == typeof(KnowledgeGraphTrainer) || file.Trainer == typeof(RecommendationTrainer))
            {
                Assert.IsTrue(info.InputTensors!.All(tensor => tensor.Type == ElementType.Int64), file.Name);
                continue;
            }
            Assert.AreEqual(info.Rows == ModelRows.Sequences, graph is null, file.Name);
            var readsEdges = graph is not null && info.Task != ModelTask.Embedding;
            Assert.AreEqual(readsEdges && info.Rows != ModelRows.Graphs ? false : null, graph?.IsDirected, file.Name);
            Assert.AreEqual(info.Rows == ModelRows.Graphs ? true : null, graph?.HasBothDirections, file.Name);
            Assert.AreEqual(graph is null ? null : info.Rows == ModelRows.Graphs ? new ModelNodeIds("Row") : new("String", "Id"),
                graph?.NodeIds, file.Name);
            if (readsEdges)
                StringAssert.Contains(info.InputTensors!.Single(tensor => tensor.Name == "edge_index").Meaning, "in both directions");
            // what is done with numbers; constants of graphs are divided by themselves, and 1 is left
            foreach (var input in info.Inputs)
            {
                Assert.AreEqual(input.Kind.IsReal() && !InUnitsOfRows.Contains(file.Trainer), input.Scaling is not null,
                    $"{file.Name}, {input.InputName}");
                if (input.Scaling is not { } scaling)
                    continue;
                scaled++;
                Assert.HasCount(input.FeatureCount, scaling.Scale!, file.Name);
                Assert.IsTrue(scaling.Scale!.All(scale => scale > 0 && float.IsFinite(scale)), file.Name);
                StringAssert.Contains(info.InputTensors!.Single(tensor => tensor.Name == input.InputName).Meaning,
                    "in the units of the training rows: they are scaled inside", file.Name);
            }
        }
        Assert.IsGreaterThanOrEqualTo(14, scaled);
        // the numbers are those of the training rows
        float[][] rows = [.. EveryForm.Rows(12).SelectMany(row => row.Ragged.Chunk(EveryForm.Features))];
        var known = Info("Classification of Ragged").Input.Scaling!;
        for (var feature = 0; feature < EveryForm.Features; feature++)
        {
            var mean = rows.Average(row => (double)row[feature]);
            Assert.AreEqual(mean, known.Offset![feature], 1e-5);
            Assert.AreEqual(1 / Math.Sqrt(rows.Average(row => Math.Pow(row[feature] - mean, 2))), known.Scale![feature], 1e-4);
        }
        CollectionAssert.AreEqual((float[])[1, 2], Info("GraphClassificationTrainer").Input.Scaling!.Scale!.ToArray());

        static ModelInfo Info(string name) => ModelInfo.Read(
            OnnxFile.Inspect(Files.Value.First(file => file.Name == name).Path).Metadata, name);
    }

    [TestMethod]
    public void Metadata_tells_directions_and_units_of_edges()
    {
        var friends = TwoCliques.Edges();
        foreach (var friend in friends)
            friend.Weight = 4;
        var edges = new GraphEdgeColumns(Ml.Data.LoadFromEnumerable(friends))
        {
            SourceColumnName = nameof(Friendship.SourceRow), TargetColumnName = nameof(Friendship.TargetRow),
            WeightColumnName = nameof(Friendship.Weight), IsDirected = true,
        };
        using (var nodes = Ml.Graphs().NodeClassification(new NodeClassificationTrainer.Options
            { Edges = edges, Epochs = 1, NormalizeFeatureRows = true }).Fit(TwoCliques.View(Ml)))
        {
            var graph = nodes.Info.Graph!;
            Assert.AreEqual((true, new ModelNodeIds("Row")), (graph.IsDirected, graph.NodeIds));
            Assert.AreEqual(0.25f, graph.WeightScaling!.Scale!.Single());
            Assert.IsTrue(nodes.Info.Input.Scaling!.DividesRows);
            StringAssert.Contains(nodes.Info.InputTensors!.Single(tensor => tensor.Name == "edge_index").Meaning, "edges lead one way");
        }
        var shapes = Shape.Make(6);
        // one way back is missing
        shapes[^1].Edges = [.. shapes[^1].Edges[..^1], shapes[^1].Edges[^1] == 1 ? 2 : 1];
        using var graphs = Ml.Graphs().GraphClassification(new GraphClassificationTrainer.Options
        {
            Columns = new() { NodeFeatureCount = 2, EdgeFeaturesColumnName = nameof(Shape.EdgeFeatures), EdgeFeatureCount = 1 },
            Network = GraphNetwork.Transformer(4, 1, 1), Epochs = 1,
        }).Fit(Shape.View(Ml, shapes));
        Assert.IsFalse(graphs.Info.Graph!.HasBothDirections);
        Assert.AreEqual(2f, graphs.Info.Graph.EdgeScaling!.Scale!.Single());
    }

    [TestMethod]
    public void Wrong_inputs_are_told_what_the_metadata_expects()
    {
        using var series = Load("Classification of Ragged");
        var (features, lengths) = (TensorData.Create(new float[12], 2, 3, 2), TensorData.Vector(3L, 1L));
        const string Steps = "(column 'Ragged': steps of real numbers;", Counts = "(steps of each row of 'features', at least 1)";
        Refused(series, ["'features': Float [batch, time, 2] is expected", Steps, "Float [2, 6] was given"],
            ("features", TensorData.Create(new float[12], 2, 6)), ("lengths", lengths));
        Refused(series, ["'features': Float", Steps, "Double [2, 3, 2] was given"],
            ("features", TensorData.Create(new double[12], 2, 3, 2)), ("lengths", lengths));
        Refused(series, ["'features': Float", Steps, "axis 2 has 3 where 2 belong"],
            ("features", TensorData.Create(new float[12], 2, 2, 3)), ("lengths", lengths));
        Refused(series, ["'lengths' is missing: Int64 [batch] is expected", Counts], ("features", features));
        Refused(series, ["no input 'length'", Steps, Counts], ("features", features), ("length", lengths));
        using var nodes = Load("NodeClassificationTrainer");
        var x = TensorData.Create(new float[8], 2, 4);
        Refused(nodes, ["'edge_index': Int64 [2, edges] is expected", "(the source of each edge, then the target of each",
            "Int32 [2, 1] was given"], ("x", x), ("edge_index", TensorData.Create([0, 1], 2, 1)));
        // what only ONNX Runtime finds
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => nodes.Run(new Dictionary<string, TensorData>
            { ["x"] = x, ["edge_index"] = TensorData.Create([0L, 7], 2, 1) }));
        foreach (var part in (string[])["ONNX Runtime failed", "x: Float [2, 4]", "nodes counted from 0", "features of each node"])
            StringAssert.Contains(error.Message, part);
        // rows of a server
        using var words = Load("Tagging of Keys");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new RowScorer(words).Check(
            new Dictionary<string, TensorData> { ["tokens"] = TensorData.Vector(1f) })).Message,
            "Int64 [time] is expected (column 'Keys': ids of tokens, known ones from 1 to 4; 0 is padding");

        static OnnxSession Load(string name) =>
            OnnxSession.Load(Files.Value.First(file => file.Name == name).Path, ExecutionTarget.Cpu(1));
        static void Refused(OnnxSession session, string[] parts, params (string Name, TensorData Tensor)[] inputs)
        {
            var message = Assert.ThrowsExactly<ArgumentException>(() =>
                session.Run(inputs.ToDictionary(input => input.Name, input => input.Tensor))).Message;
            foreach (var part in parts)
                StringAssert.Contains(message, part);
        }
    }

    [TestMethod]
    public void Files_load_in_every_operator_set_and_say_the_same()
    {
        var data = EveryForm.Mapped(Ml, 12);
        var path = Files.Value.First(file => file.Name == "Classification of Keys").Path;
        using var model = Ml.Transforms.ApplySequenceModel(path).Fit(data);
        float[][] expected = [.. model.Transform(data).GetColumn<float[]>("Score")];
        for (var opset = 17; opset <= 21; opset++)
        {
            var bytes = model.ToOnnx(new() { Opset = opset });
            Assert.AreEqual(opset, OnnxFile.Inspect(bytes).Opsets[""]);
            using var other = Ml.Transforms.ApplySequenceModel(bytes).Fit(data);
            Assert.AreEqual(opset, other.Info.Versions.Opset);
            float[][] found = [.. other.Transform(data).GetColumn<float[]>("Score")];
            for (var row = 0; row < found.Length; row++)
                CollectionAssert.AreEqual(expected[row], found[row]);
        }
        foreach (var opset in (int[])[16, 22])
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.ToOnnx(new() { Opset = opset })).Message,
                "operator sets 17 to 21");
        // of reductions, too, whose axes were attributes once
        var graphs = Files.Value.First(file => file.Trainer == typeof(GraphBinaryClassificationTrainer)).Path;
        using var older = OnnxSession.Load(ExportedModel.Apply(File.ReadAllBytes(graphs), new() { Opset = 17 }), ExecutionTarget.Cpu(1));
        using var newer = OnnxSession.Load(graphs, ExecutionTarget.Cpu(1));
        var inputs = new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create([1f, 0, 2, 0.5f, 1, 1], 3, 2), ["edge_index"] = TensorData.Create([0L, 1, 1, 0], 2, 2),
            ["graph_index"] = TensorData.Vector(0L, 0L, 1L),
        };
        CollectionAssert.AreEqual(newer.Run(inputs)["Score"].As<float>(), older.Run(inputs)["Score"].As<float>());
    }

    [TestMethod]
    public void What_is_said_of_a_model_stands_in_its_file_and_beside_it()
    {
        var data = EveryForm.Mapped(Ml, 12);
        var path = Files.Value.First(file => file.Name == "Tagging of Keys").Path;
        using var model = Ml.Transforms.ApplySequenceModel(path).Fit(data);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("tagger.onnx"), new() { Description = "Tags words.", Licence = "MIT", WritesJson = true });
        using var described = Ml.Transforms.ApplySequenceModel(folder.File("tagger.onnx")).Fit(data);
        Assert.AreEqual(("Tags words.", "MIT"), (described.Info.Description, described.Info.Licence));
        using var json = JsonDocument.Parse(File.ReadAllText(folder.File("mlseqgraph.json")));
        var file = json.RootElement.GetProperty("files").GetProperty("tagger.onnx");
        Assert.AreEqual("3", file.GetProperty("format").GetString());
        Assert.AreEqual(64, file.GetProperty("digest").GetString()!.Length);
        var about = file.GetProperty("model");
        Assert.AreEqual("MIT", about.GetProperty("licence").GetString());
        Assert.AreEqual("tagging", about.GetProperty("task").GetString());
        var input = about.GetProperty("inputTensors")[0];
        Assert.AreEqual(("tokens", "int64"), (input.GetProperty("name").GetString(), input.GetProperty("type").GetString()));
        CollectionAssert.AreEqual((string[])["batch", "time"],
            input.GetProperty("shape").EnumerateArray().Select(dim => dim.GetString()).ToArray());
        StringAssert.Contains(input.GetProperty("meaning").GetString()!, "0 is padding behind the last one, -1 an unknown one");
        StringAssert.Contains(Encoding.UTF8.GetString(File.ReadAllBytes(folder.File("tagger.onnx"))),
            "Model of sequences for Tagging, written by MLSeqGraph");
    }

    [TestMethod]
    public void Nodes_carry_the_names_of_their_layers()
    {
        var file = Files.Value.First(file => file.Name == "translator, transformer, encoder.onnx");
        string[] names = [.. ModelReader.Read(file.Path, () => File.OpenRead(file.Path)).Graph.Node.Select(node => node.Name)];
        CollectionAssert.AllItemsAreUnique(names);
        Assert.IsTrue(names.Any(name => name.StartsWith("encoder/", StringComparison.Ordinal)
            && name.Contains("attention", StringComparison.Ordinal)), string.Join("; ", names));
    }

    [TestMethod]
    public void Every_trainer_that_exports_is_among_them()
    {
        var trainers = typeof(SequenceTrainer).Assembly.GetExportedTypes().Where(type => type.IsClass && !type.IsAbstract
            && type.GetMethod("Fit", [typeof(IDataView)])?.ReturnType.GetMethod("ExportToOnnx", [typeof(string)]) is not null).ToArray();
        Assert.HasCount(31, trainers);
        CollectionAssert.AreEquivalent(trainers, Files.Value.Select(file => file.Trainer).Distinct().ToArray());
    }
}
