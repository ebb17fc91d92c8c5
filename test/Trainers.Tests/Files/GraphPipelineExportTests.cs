using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>Files of whole pipelines around models of graphs, nodes and links.</summary>
[TestClass]
public class GraphPipelineExportTests
{
    private const int Count = 24;

    private static readonly MLContext Ml = new(1);

    private readonly TemporaryFolder _folder = new();

    private sealed class Node
    {
        public string Id { get; set; } = "";

        [VectorType(2)]
        public float[] Raw { get; set; } = [];

        [VectorType(2)]
        public float[] Facts { get; set; } = [];

        public string Place { get; set; } = "";

        public string Text { get; set; } = "";

        public string Topic { get; set; } = "";
    }

    private sealed class Edge
    {
        public string Source { get; set; } = "";

        public string Target { get; set; } = "";
    }

    private sealed class Drawing
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];

        public string Place { get; set; } = "";

        [VectorType(2)]
        public float[] Facts { get; set; } = [];

        public string Kind { get; set; } = "";

        public string Smiles { get; set; } = "";
    }

    [TestCleanup]
    public void Clean() => _folder.Dispose();

    private static Node[] Nodes() => [.. Enumerable.Range(0, Count).Select(i => new Node
    {
        Id = $"n{i}", Raw = [1000 * (i % 5), 0.01f * i], Facts = [i, 100 - i], Place = i % 3 == 0 ? "coast" : "inland",
        Text = i % 2 == 0 ? "red blue" : "green ünï", Topic = i % 2 == 0 ? "art" : "music",
    })];

    private static GraphEdgeColumns Edges() => new(Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 2 * Count).Select(i => new Edge
    {
        Source = $"n{i % Count}", Target = $"n{(i % Count + (i < Count ? 1 : 5)) % Count}",
    }).ToArray())) { SourceColumnName = "Source", TargetColumnName = "Target" };

    private static Drawing[] Drawings() => [.. Enumerable.Range(0, 30).Select(i => new Drawing
    {
        // a path, or a ring
        NodeFeatures = [.. Enumerable.Repeat(1f, 3 + i % 4)],
        Edges = [.. Enumerable.Range(0, 2 + i % 4 + i % 2), .. Enumerable.Range(0, 2 + i % 4 + i % 2).Select(n => (n + 1) % (3 + i % 4))],
        Place = i % 3 == 0 ? "coast" : "inland", Facts = [10 * i, 0.1f * i], Kind = i % 2 == 0 ? "path" : "ring", Smiles = "CCO",
    })];

    private OnnxSession Export(ITransformer model, IDataView rows, OnnxExportOptions? options = null)
    {
        Ml.Model.ExportToOnnx(model, rows, _folder.File("model.onnx"), options);
        return OnnxSession.Load(_folder.File("model.onnx"), ExecutionTarget.Cpu(1));
    }

    private static TensorData Vectors(float[][] rows) => TensorData.Create([.. rows.SelectMany(row => row)], rows.Length, rows[0].Length);

    // Sources, then targets.
    private static TensorData EdgeIndex()
    {
        int[] nodes = [.. Enumerable.Range(0, 2 * Count).Select(i => i % Count)];
        long[] sources = [.. nodes.Select(node => (long)node)];
        long[] targets = [.. nodes.Select((node, i) => (long)(node + (i < Count ? 1 : 5)) % Count)];
        // undirected: each in both directions
        return TensorData.Create([.. sources, .. targets, .. targets, .. sources], 2, 4 * Count);
    }

    [TestMethod]
    public void Nodes_are_scaled_named_and_read_by_their_texts_inside()
    {
        var nodes = Ml.Data.LoadFromEnumerable(Nodes());
        var model = Ml.Transforms.Conversion.MapValueToKey("Label", "Topic").Append(Ml.Transforms.NormalizeMinMax("Features", "Raw"))
            .Append(Ml.Transforms.NormalizeMeanVariance("Scaled", "Facts")).Append(Ml.Transforms.Conversion.MapValueToKey("Where", "Place"))
            .Append(Ml.Transforms.TokenizeText("Words", "Text", new() { Kind = TextTokenizerKind.BytePairEncoding, MaximumSize = 280 }))
            .Append(Ml.Graphs().NodeClassification(new NodeClassificationTrainer.Options
            {
                Edges = Edges(), NodeIdColumnName = "Id", Epochs = 5, Target = ExecutionTarget.Cpu(1),
                Inputs = [InputColumn.Vector("Scaled"), InputColumn.Category("Where"), InputColumn.Tokens("Words")],
            })).Append(Ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel")).Fit(nodes);
        using var session = Export(model, nodes);
        CollectionAssert.AreEquivalent((string[])["Raw: Float [nodes, 2]", "Facts: Float [nodes, 2]", "Place: String [nodes]",
            "Text: String [nodes]", "edge_index: Int64 [2, edges]"], session.Inputs.Select(input => input.ToString()).ToArray());
        var info = ModelInfo.Read(session.Metadata, "model.onnx");
        Assert.AreEqual(Count, info.Preparation!.Rows);
        CollectionAssert.AreEquivalent((string[])["Raw", "Facts"], info.Preparation.Scalings!.Keys.ToArray());
        var all = Nodes();
        var said = session.Run(new Dictionary<string, TensorData>
        {
            ["Raw"] = Vectors([.. all.Select(node => node.Raw)]), ["Facts"] = Vectors([.. all.Select(node => node.Facts)]),
            ["Place"] = TensorData.Vector([.. all.Select(node => node.Place)]),
            ["Text"] = TensorData.Vector([.. all.Select(node => node.Text)]), ["edge_index"] = EdgeIndex(),
        });
        var scored = model.Transform(nodes);
        CollectionAssert.AreEqual(scored.GetColumn<string>("Answer").ToArray(), said["PredictedLabel"].As<string>());
        var expected = scored.GetColumn<float[]>("Score").SelectMany(row => row).ToArray();
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], said["Score"].As<float>()[i], 2e-6f);
    }

    [TestMethod]
    public void Graphs_have_names_of_classes_and_columns_beside_them_as_they_are()
    {
        var rows = Ml.Data.LoadFromEnumerable(Drawings());
        var model = Ml.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(Ml.Transforms.Conversion.MapValueToKey("Where", "Place"))
            .Append(Ml.Transforms.NormalizeMinMax("Scaled", "Facts")).Append(Ml.Graphs().GraphClassification(
                new GraphClassificationTrainer.Options
                {
                    Columns = new() { NodeFeatureCount = 1 }, Epochs = 5, Target = ExecutionTarget.Cpu(1),
                    Inputs = [InputColumn.Category("Where"), InputColumn.Vector("Scaled")],
                })).Append(Ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel")).Fit(rows);
        using var session = Export(model, rows);
        CollectionAssert.AreEquivalent((string[])["x: Float [nodes, 1]", "edge_index: Int64 [2, edges]", "graph_index: Int64 [nodes]",
            "Place: String [graphs]", "Facts: Float [graphs, 2]"], session.Inputs.Select(input => input.ToString()).ToArray());
        var all = Drawings();
        string[] answers = [.. model.Transform(rows).GetColumn<string>("Answer")];
        var scorer = new RowScorer(session);
        var said = scorer.Run([.. all.Select(drawing => new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create(drawing.NodeFeatures, drawing.NodeFeatures.Length, 1),
            ["edge_index"] = TensorData.Create([.. drawing.Edges.Select(node => (long)node)], 2, drawing.Edges.Length / 2),
            ["Place"] = TensorData.Scalar(drawing.Place), ["Facts"] = TensorData.Vector(drawing.Facts),
        })]);
        CollectionAssert.AreEqual(answers, said.Select(row => row["PredictedLabel"].As<string>()[0]).ToArray());
    }

    [TestMethod]
    public void Links_are_scored_from_features_as_they_are()
    {
        var nodes = Ml.Data.LoadFromEnumerable(Nodes());
        var edges = Edges();
        var model = Ml.Transforms.NormalizeMinMax("Features", "Raw").Append(Ml.Graphs().LinkPrediction(new LinkPredictionTrainer.Options
        {
            Edges = edges, NodeIdColumnName = "Id", Epochs = 2, Target = ExecutionTarget.Cpu(1),
        })).Fit(nodes);
        using var session = Export(model, nodes);
        CollectionAssert.AreEquivalent((string[])["Raw: Float [nodes, 2]", "edge_index: Int64 [2, edges]", "pair_index: Int64 [2, pairs]"],
            session.Inputs.Select(input => input.ToString()).ToArray());
        var inputs = new Dictionary<string, TensorData>
        {
            ["Raw"] = Vectors([.. Nodes().Select(node => node.Raw)]), ["edge_index"] = EdgeIndex(),
            ["pair_index"] = TensorData.Create([0L, 1, 2, 3], 2, 2),
        };
        var pairs = Ml.Data.LoadFromEnumerable((Edge[])[new() { Source = "n0", Target = "n2" }, new() { Source = "n1", Target = "n3" }]);
        var expected = model.LastTransformer.Transform(pairs).GetColumn<float>("Score").ToArray();
        for (var i = 0; i < 2; i++)
            Assert.AreEqual(expected[i], session.Run(inputs)["Score"].As<float>()[i], 1e-5f);
        foreach (var wrong in (long[])[-1, Count, long.MinValue, long.MaxValue])
            foreach (var place in (int[])[0, 3])
            {
                long[] ends = [0, 1, 2, 3];
                ends[place] = wrong;
                inputs["pair_index"] = TensorData.Create(ends, 2, 2);
                StringAssert.Contains(Assert.Throws<Exception>(() => session.Run(inputs)).Message, "out of data bounds");
            }
    }

    [TestMethod]
    public void What_no_file_can_do_before_a_graph_is_named()
    {
        void Refused(IDataView rows, ITransformer model, params string[] parts)
        {
            var error = Assert.ThrowsExactly<NotSupportedException>(() => Export(model, rows).Dispose());
            foreach (var part in parts)
                StringAssert.Contains(error.Message, part);
            Assert.IsFalse(File.Exists(_folder.File("model.onnx")));
        }
        var graphs = Ml.Data.LoadFromEnumerable(Drawings());
        var label = Ml.Transforms.Conversion.MapValueToKey("Label", "Kind");
        Refused(graphs, label.Append(Ml.Transforms.SmilesToGraph("Smiles")).Append(Ml.Graphs().GraphClassification(
            new GraphClassificationTrainer.Options { Epochs = 1, Target = ExecutionTarget.Cpu(1) })).Fit(graphs), "NodeFeatures", "Smiles");
        var nodes = Ml.Data.LoadFromEnumerable(Nodes());
        Refused(nodes, Ml.Transforms.Conversion.MapValueToKey("Label", "Topic")
            .Append(Ml.Transforms.Concatenate("Features", "Raw", "Facts"))
            .Append(Ml.Graphs().NodeClassification(new NodeClassificationTrainer.Options
            {
                Edges = Edges(), NodeIdColumnName = "Id", Epochs = 1, Target = ExecutionTarget.Cpu(1),
            })).Fit(nodes), "'Features'", "ColumnConcatenatingTransformer");
        var embedding = Ml.Transforms.NormalizeMinMax("Features", "Raw").Append(Ml.Graphs().NodeEmbedding(new()
        {
            Edges = Edges(), NodeIdColumnName = "Id", Epochs = 1, Target = ExecutionTarget.Cpu(1),
        })).Fit(nodes);
        Refused(nodes, embedding, "NodeEmbeddingTransformer", "Export the model by itself");
    }
}
