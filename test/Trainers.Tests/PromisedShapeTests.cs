using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers.Tests.Documentation;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;
using Shape = MLSeqGraph.Trainers.Tests.Graphs.Shape;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>What every estimator promises before it is fitted is what its transformer gives, and it throws what it says.</summary>
[TestClass]
public class PromisedShapeTests
{
    private static readonly MLContext Ml = new(1);

    private sealed class Pair
    {
        public string Text { get; set; } = "";

        [KeyType(9)]
        public uint[] Source { get; set; } = [];

        [KeyType(9)]
        public uint[] Target { get; set; } = [];

        public string Smiles { get; set; } = "CCO";
    }

    private sealed class Written
    {
        public float[] Pen { get; set; } = [];
    }

    private sealed class Step
    {
        public string Series { get; set; } = "";

        public int Time { get; set; }

        public float Value { get; set; }

        [KeyType(3)]
        public uint Feature { get; set; }

        public string Label { get; set; } = "";
    }

    private static IDataView Pairs() => Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(row => new Pair
    {
        Text = "some words", Source = [1, (uint)(row % 8 + 1)], Target = [(uint)(row % 8 + 1), 2],
    }).ToArray());

    private static IDataView Steps() => Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(row => new Step
    {
        Series = $"s{row % 2}", Time = row, Value = row, Feature = (uint)(row % 3 + 1), Label = $"l{row % 2}",
    }).ToArray());

    private static IEnumerable<(IEstimator<ITransformer> Estimator, IDataView Data)> Cases(TemporaryFolder folder)
    {
        var rows = EveryForm.Mapped(Ml, 24);
        foreach (var task in EveryForm.Tasks)
            yield return (EveryForm.Trainer(Ml, task, "Ragged",
                options => (options.Epochs, options.OutputVector) = (1, task == "Number")), rows);
        foreach (var ofForces in (bool[])[false, true])
            yield return (Ml.Sequences().Decisions(Trajectory.Small(ofForces: ofForces)), Trajectory.View(Ml, Trajectory.Make(12)));
        yield return (Ml.Sequences().SeriesGeneration(Strokes.Small()), Strokes.View(Ml, Strokes.Make(12)));
        var texts = Ml.Data.LoadFromEnumerable(QuestionAnsweringTests.Rows(12, 1));
        var finding = Ml.Transforms.FindAnswers("Label", "ContextText", "AnswerText");
        yield return (finding, texts);
        var answers = Ml.Transforms.TokenizeText([new("Context", "ContextText"), new("Question", "QuestionText")])
            .Append(finding).Fit(texts).Transform(texts);
        yield return (Ml.Sequences().QuestionAnswering(epochs: 1), answers);
        yield return (Ml.Transforms.CutAnswers("Answer", "ContextText", "Label"), answers);
        yield return (Ml.Sequences().Embedding(new()
        {
            Network = SequenceNetwork.FromOnnx(Onnx.Tests.Files.Encoder(), new() { OutputName = "last", TokenInputName = "ids" }),
            SequenceColumnName = "Keys",
        }), rows);
        string sequences = folder.File("sequences.onnx"), nodeFile = folder.File("nodes.onnx"), graphFile = folder.File("graphs.onnx");
        using (var trained = (SequencePredictionTransformer)EveryForm.Trainer(Ml, "Tagging", "Keys").Fit(rows))
            trained.ExportToOnnx(sequences);
        yield return (Ml.Transforms.ApplySequenceModel(sequences, "Keys"), rows);

        var (nodes, edges, size) = (TwoCliques.View(Ml), TwoCliques.ByRow(Ml), Ml.Data.LoadFromEnumerable(TwoCliques.Nodes()));
        var gcn = GraphNetwork.Gcn(4);
        NodeClassificationTrainer ofNodes = Ml.Graphs().NodeClassification(new() { Edges = edges, Network = gcn, Epochs = 1 });
        yield return (ofNodes, nodes);
        using (var trained = ofNodes.Fit(nodes))
            trained.ExportToOnnx(nodeFile);
        yield return (Ml.Transforms.ApplyNodeModel(nodeFile, edges), nodes);
        var binary = Ml.Transforms.Expression("Label", "x => x > 9", "Distance").Fit(size).Transform(size);
        yield return (Ml.Graphs().NodeBinaryClassification(new() { Edges = edges, Network = gcn, Epochs = 1 }), binary);
        yield return (Ml.Graphs().NodeRegression(new() { Edges = edges, Network = gcn, Epochs = 1, LabelColumnName = "Distance" }), nodes);
        yield return (Ml.Graphs().NodeEmbedding(new() { Edges = edges, EmbeddingSize = 4, Epochs = 1 }), nodes);
        yield return (Ml.Graphs().LinkPrediction(new() { Edges = edges, Epochs = 1 }), nodes);
        yield return (Ml.Graphs().NodeClustering(new() { Edges = edges, Network = gcn, Clusters = 3, Epochs = 1 }), nodes);
        yield return (Ml.Graphs().NodeImputation(new() { Edges = edges, Network = gcn, Epochs = 1 }), nodes);
        yield return (Ml.Graphs().KnowledgeGraph(new() { EmbeddingSize = 4, Epochs = 1 }), Kinship.View(Ml, Kinship.All()));
        yield return (Ml.Graphs().Recommendation(new()
        {
            UserColumnName = "Head", ItemColumnName = "Tail", EmbeddingSize = 4, Epochs = 1,
        }), Kinship.View(Ml, Kinship.All()));
        yield return (Ml.Transforms.NodePositionalFeatures(edges, new() { RandomWalkSteps = 2 }), nodes);

        var graphs = Shape.View(Ml, Shape.Make(12));
        GraphColumns columns = new() { NodeFeatureCount = 2 };
        GraphClassificationTrainer ofGraphs = Ml.Graphs().GraphClassification(new() { Columns = columns, Network = gcn, Epochs = 1 });
        yield return (ofGraphs, graphs);
        using (var trained = ofGraphs.Fit(graphs))
            trained.ExportToOnnx(graphFile);
        yield return (Ml.Transforms.ApplyGraphModel(graphFile, columns), graphs);
        yield return (Ml.Graphs().GraphRegression(new()
        {
            Columns = columns, Network = gcn, Epochs = 1, LabelColumnName = "Size",
        }), graphs);
        var isLarge = Ml.Transforms.Expression("Large", "x => x > 7", "Size").Fit(graphs).Transform(graphs);
        yield return (Ml.Graphs().GraphBinaryClassification(new()
        {
            Columns = columns, Network = gcn, Epochs = 1, LabelColumnName = "Large",
        }), isLarge);
        var paths = Ml.Data.LoadFromEnumerable(PathRow.Make(8));
        foreach (var hasVector in (bool[])[false, true])
        {
            yield return (Ml.Graphs().GraphNodeClassification(new()
            {
                Columns = columns, Network = gcn, Epochs = 1, OutputVector = hasVector,
            }), paths);
            yield return (Ml.Graphs().GraphNodeRegression(new()
            {
                Columns = columns, Network = gcn, Epochs = 1, OutputVector = hasVector, LabelColumnName = "Sums", TargetsPerNode = 2,
            }), paths);
        }
        yield return (Ml.Transforms.GraphPositionalFeatures(new() { RandomWalkSteps = 2 }, columns), graphs);
        yield return (Ml.Transforms.SmilesToGraph(), Pairs());

        yield return (Ml.Transforms.FeaturizeStrokes("Points", "Pen"),
            Ml.Data.LoadFromEnumerable((Written[])[new() { Pen = [0, 0, 0, 1, 2, 0, 2, 1, 1] }]));
        yield return (Ml.Transforms.FeaturizeSpeech("Bands", "Pen", new() { Rate = 1000, Bands = 4 }),
            Ml.Data.LoadFromEnumerable((Written[])[new() { Pen = new float[60] }]));
        var sentences = Ml.Data.LoadFromEnumerable(Sequences.WordVectorEstimatorTests.Sentences(60));
        yield return (Ml.Sequences().WordVectors(new() { Size = 4, Epochs = 1, Threads = 1 }), sentences);
        yield return (Ml.Transforms.ApplyWordVectors("Vectors", "Words", new(["the", "cat"], [1, 2, 3, 4]),
            new() { UnknownWord = UnknownWord.LeaveOut }), sentences);
        yield return (Ml.Transforms.JoinPhrases("Joined", "Words"), sentences);
        yield return (Ml.Transforms.TokenizeText("Tokens", "Text"), Pairs());
        yield return (Ml.Transforms.CorruptSpans("Hidden", "Spans", "Tokens"),
            Ml.Transforms.TokenizeText("Tokens", "Text").Fit(Pairs()).Transform(Pairs()));
        yield return (Ml.Transforms.DetokenizeText("Written", "Tokens", TextTokenizer.Words(["some words"])),
            Ml.Transforms.TokenizeText("Tokens", "Text").Fit(Pairs()).Transform(Pairs()));
        yield return (Ml.Transforms.GroupIntoSequences("Values", "Series", "Time", ["Value"], ["Label"]), Steps());
        yield return (Ml.Transforms.GroupIntoFeatureVectors(new()
        {
            NodeColumnName = "Series", FeatureColumnName = "Feature", CarriedColumnNames = ["Label"],
        }), Steps());
        foreach (var (column, features, targets, horizon) in ((string, int?, int[]?, int)[])[("Ragged", 2, null, 1), ("Ragged", 2, [1], 1),
            ("Ragged", null, null, 1), ("Ragged", 2, null, 2), ("Keys", null, null, 1), ("Keys", null, null, 2), ("Grid", 2, null, 1),
            ("Grid", 2, [0], 1), ("Fixed", null, null, 1), ("Longs", null, null, 1), ("Ragged", 2, null, 0)])
            yield return (Ml.Transforms.CutWindows(new WindowCuttingEstimator.Options
            {
                OutputColumnName = "Window", InputColumnName = column, WindowSteps = 1, Horizon = horizon, FeatureCount = features,
                TargetFeatures = targets, TargetColumnName = "Next", StartColumnName = "Start", SkipShortSequences = true,
            }), rows);

        foreach (var use in Enum.GetValues<HiddenMarkovUse>())
            yield return (Ml.Sequences().HiddenMarkov(new()
            {
                Use = use, SequenceColumnName = "Keys", LabelColumnName = use == HiddenMarkovUse.Tagging ? "TagKeys" : "ClassKey",
                Model = new() { States = 2, PseudoCount = 0.1, MaximumIterations = 2 },
            }), rows);
        yield return (Ml.Sequences().LinearDynamicalSystem(new() { SequenceColumnName = "Ragged", Horizon = 2 }), rows);
        yield return (Ml.Sequences().EchoState(new()
        {
            SequenceColumnName = "Ragged", LabelColumnName = "ClassKey", Reservoir = new() { Units = 10 },
        }), rows);
        yield return (Ml.Sequences().EchoState(new()
        {
            Use = EchoStateUse.Forecasting, SequenceColumnName = "Ragged", Horizon = 2, Washout = 0, Reservoir = new() { Units = 10 },
        }), rows);
        yield return (Ml.Sequences().Forecasting(new()
        {
            Horizon = 1, InputWindow = 2, Epochs = 1, Columns = new() { SeriesColumnName = "Series", TimeColumnName = "Time" },
        }), Steps());

        yield return (Ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
        {
            Decoder = SequenceDecoder.Gru(4), EmbeddingSize = 3, Epochs = 1, TokenColumnName = "Source",
        }), Pairs());
        yield return (Ml.Sequences().Translation(new TranslationTrainer.Options
        {
            Encoder = SequenceNetwork.Gru(4), Decoder = SequenceDecoder.Gru(4, attention: SourceAttention.Additive(4)), EmbeddingSize = 3,
            Epochs = 1, MaximumLength = 4, OutputAttention = true,
        }), Pairs());
    }

    [TestMethod]
    public void Every_estimator_gives_what_it_promises()
    {
        using var folder = new TemporaryFolder();
        HashSet<Type> left = [.. from assembly in (Assembly[])[typeof(NodeTrainer).Assembly, typeof(TextTokenizer).Assembly]
                                 from type in assembly.GetExportedTypes()
                                 where !type.IsAbstract && typeof(IEstimator<ITransformer>).IsAssignableFrom(type)
                                 select type];
        List<string> wrong = [];
        foreach (var (estimator, data) in Cases(folder))
        {
            left.Remove(estimator.GetType());
            var promised = Text(estimator.GetOutputSchema(SchemaShapes.FromSchema(data.Schema)));
            var model = estimator.Fit(data);
            var (told, given) = (Text(SchemaShapes.FromSchema(model.GetOutputSchema(data.Schema))),
                Text(SchemaShapes.FromSchema(model.Transform(data).Schema)));
            foreach (var (name, found) in ((string, HashSet<string>)[])[("transformer", told), ("data", given)])
                if (!promised.SetEquals(found))
                    wrong.Add($"{estimator.GetType().Name}: promised {string.Join("; ", promised.Except(found))}; the {name} has "
                        + $"{string.Join("; ", found.Except(promised))}");
            wrong.AddRange(PromisedExceptions.Broken(estimator, model, data));
            (model as IDisposable)?.Dispose();
        }
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
        Assert.IsEmpty(left, $"no case for {string.Join(", ", left)}");
    }

    private static HashSet<string> Text(SchemaShape shape) => [.. shape.Select(column =>
        $"{column.Name}: {column.Kind} {column.Describe()} " + string.Join(", ", column.Annotations.Select(annotation =>
            $"{annotation.Name} {annotation.Kind} {annotation.Describe()}").Order()))];
}
