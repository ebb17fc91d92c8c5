using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;
using Shape = MLSeqGraph.Trainers.Tests.Graphs.Shape;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>A kind of exported model.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Trainer">The type of what trained it.</param>
/// <param name="Path">Its file.</param>
internal sealed record ExportedFile(string Name, Type Trainer, string Path);

/// <summary>Files of all kinds that trainers export, trained a little.</summary>
internal static class ExportedFiles
{
    private static readonly MLContext Ml = new(1);

    private sealed class Pair
    {
        [KeyType(6)]
        public uint[] Source { get; set; } = [];

        [KeyType(6)]
        public uint[] Target { get; set; } = [];
    }

    /// <param name="folder">Where the files go.</param>
    internal static IEnumerable<ExportedFile> All(TemporaryFolder folder)
    {
        foreach (var (name, trainer, export) in (IEnumerable<Exported>)[
            .. Sequences(), .. SideInputs(), .. Decisions(), .. Drawn(), .. Nodes(), .. Graphs(), Links(), Vectors(), .. Others()])
        {
            var path = folder.File($"{name}.onnx");
            export(path);
            yield return new(name, trainer, path);
        }
        foreach (var (name, trainer, export) in (IEnumerable<Exported>)[.. Generators()])
        {
            var to = folder.File(name);
            export(to);
            foreach (var path in Directory.GetFiles(to))
                yield return new($"{name}, {Path.GetFileName(path)}", trainer, path);
        }
    }

    private delegate void Export(string path);

    private sealed record Exported(string Name, Type Trainer, Export Export);

    private static IEnumerable<Exported> Sequences()
    {
        var data = EveryForm.Mapped(Ml, 12);
        foreach (var task in EveryForm.Tasks)
            foreach (var column in (string[])(task == "Classification" ? ["Ragged", "Fixed", "Keys"]
                : task == "Imputation" ? ["Ragged"] : ["Keys"]))
            {
                var trainer = EveryForm.Trainer(Ml, task, column, options => options.Epochs = 1);
                yield return new($"{task} of {column}", trainer.GetType(), path =>
                {
                    using var model = trainer.Fit(data);
                    model.ExportToOnnx(path);
                });
            }
    }

    private static IEnumerable<Exported> SideInputs()
    {
        var data = EveryForm.Mapped(Ml, 12);
        InputColumn[] inputs = [InputColumn.Vector("Numbers"), InputColumn.Category("ClassKey"),
            InputColumn.Tokens("TagKeys") with { Name = "words", Placement = InputPlacement.Summary },
            InputColumn.Series("Fixed", EveryForm.Features) with { Name = "second", Placement = InputPlacement.Summary }];
        foreach (var column in (string[])["Ragged", "Keys"])
        {
            var trainer = EveryForm.Trainer(Ml, "Binary", column, options =>
            {
                (options.Epochs, options.Inputs) = (1, inputs);
            });
            yield return new($"side inputs of {column}", trainer.GetType(), path =>
            {
                using var model = trainer.Fit(data);
                model.ExportToOnnx(path);
            });
        }
    }

    private static IEnumerable<Exported> Decisions() => from ofForces in (bool[])[false, true]
        let trainer = Ml.Sequences().Decisions(Trajectory.Small(ofForces: ofForces))
        select new Exported($"decisions {(ofForces ? "by numbers" : "by class")}", trainer.GetType(), path =>
        {
            using var model = trainer.Fit(Trajectory.View(Ml, Trajectory.Make(12)));
            model.ExportToOnnx(path);
        });

    private static IEnumerable<Exported> Drawn() => from hasText in (bool[])[false, true]
        let trainer = Ml.Sequences().SeriesGeneration(Strokes.Small(hasText: hasText))
        select new Exported($"series drawn {(hasText ? "for a text" : "by themselves")}", trainer.GetType(), path =>
        {
            using var model = trainer.Fit(Strokes.View(Ml, Strokes.Make(12)));
            model.ExportToOnnx(path);
        });

    private static IEnumerable<Exported> Nodes()
    {
        var nodes = Ml.Transforms.Expression("Left", "x => x < 5", nameof(Member.Distance)).Fit(TwoCliques.View(Ml))
            .Transform(TwoCliques.View(Ml));
        NetworkTrainer<NodePredictionTransformer>[] trainers =
        [
            Ml.Graphs().NodeClassification(new NodeClassificationTrainer.Options
                { Edges = TwoCliques.ById(Ml), NodeIdColumnName = "Id", Epochs = 1, Network = GraphNetwork.Gat(4, 2) }),
            Ml.Graphs().NodeBinaryClassification(new NodeBinaryClassificationTrainer.Options
                { Edges = TwoCliques.ById(Ml), NodeIdColumnName = "Id", LabelColumnName = "Left", Epochs = 1 }),
            Ml.Graphs().NodeRegression(new NodeRegressionTrainer.Options
                { Edges = TwoCliques.ById(Ml), NodeIdColumnName = "Id", LabelColumnName = nameof(Member.Distance), Epochs = 1 }),
            Ml.Graphs().NodeClustering(new NodeClusteringTrainer.Options
                { Edges = TwoCliques.ById(Ml), NodeIdColumnName = "Id", Clusters = 2, Epochs = 1 }),
            Ml.Graphs().NodeImputation(new NodeImputationTrainer.Options
                { Edges = TwoCliques.ById(Ml), NodeIdColumnName = "Id", Epochs = 1 }),
        ];
        return trainers.Select(trainer => new Exported(trainer.GetType().Name, trainer.GetType(), path =>
        {
            using var model = trainer.Fit(nodes);
            model.ExportToOnnx(path);
        }));
    }

    private static IEnumerable<Exported> Graphs()
    {
        var shapes = Shape.View(Ml, Shape.Make(12));
        var graphs = Ml.Transforms.Expression("Large", "x => x > 7", nameof(Shape.Size)).Fit(shapes).Transform(shapes);
        var columns = new GraphColumns { NodeFeatureCount = 2 };
        GraphTrainer[] trainers =
        [
            Ml.Graphs().GraphClassification(new GraphClassificationTrainer.Options { Columns = columns, Epochs = 1,
                Pooling = GraphPooling.Attention }),
            Ml.Graphs().GraphBinaryClassification(new GraphBinaryClassificationTrainer.Options
                { Columns = columns, LabelColumnName = "Large", Epochs = 1, Pooling = GraphPooling.Max }),
            Ml.Graphs().GraphRegression(new GraphRegressionTrainer.Options { Columns = columns, LabelColumnName = nameof(Shape.Size),
                Epochs = 1, Pooling = GraphPooling.Sum }),
        ];
        var paths = Ml.Data.LoadFromEnumerable(PathRow.Make(12));
        GraphTrainer[] ofNodes =
        [
            Ml.Graphs().GraphNodeClassification(new GraphNodeClassificationTrainer.Options { Columns = columns, Epochs = 1 }),
            Ml.Graphs().GraphNodeRegression(new GraphNodeRegressionTrainer.Options { Columns = columns, Epochs = 1, TargetsPerNode = 2,
                LabelColumnName = nameof(PathRow.Sums) }),
        ];
        return [.. trainers.Select(trainer => Fitted(trainer, graphs)), .. ofNodes.Select(trainer => Fitted(trainer, paths))];

        static Exported Fitted(GraphTrainer trainer, IDataView data) => new(trainer.GetType().Name, trainer.GetType(), path =>
        {
            using var model = trainer.Fit(data);
            model.ExportToOnnx(path);
        });
    }

    // Each with a form of its own.
    private static IEnumerable<Exported> Others()
    {
        var rows = EveryForm.Mapped(Ml, 12);
        yield return Of(Ml.Sequences().Alignment(new SequenceAlignmentTrainer.Options
        {
            SequenceColumnName = "Ragged", LabelColumnName = "TagKeys", FeatureCount = EveryForm.Features, Epochs = 1,
            BadRows = BadRows.Skip,
        }), rows);
        var texts = Ml.Data.LoadFromEnumerable(QuestionAnsweringTests.Rows(12, 1));
        var answers = Ml.Transforms.TokenizeText([new("Context", "ContextText"), new("Question", "QuestionText")])
            .Append(Ml.Transforms.FindAnswers("Label", "ContextText", "AnswerText")).Fit(texts).Transform(texts);
        yield return Of(Ml.Sequences().QuestionAnswering(epochs: 1), answers);
        yield return Of(Ml.Sequences().Embedding(new()
        {
            Network = SequenceNetwork.FromOnnx(Onnx.Tests.Files.Encoder(), new() { OutputName = "last", TokenInputName = "ids" }),
            SequenceColumnName = "Keys",
        }), rows);
        yield return Of(Ml.Sequences().HiddenMarkov(new()
        {
            SequenceColumnName = "Keys", Model = new() { States = 2, PseudoCount = 0.1, MaximumIterations = 2 },
        }), rows);
        yield return Of(Ml.Sequences().LinearDynamicalSystem(new() { SequenceColumnName = "Ragged", Horizon = 2 }), rows);
        yield return Of(Ml.Sequences().EchoState(new()
        {
            SequenceColumnName = "Ragged", LabelColumnName = "ClassKey", Reservoir = new() { Units = 10 },
        }), rows);
        yield return Of(Ml.Sequences().Forecasting(Panels.Options(options => options.Epochs = 1)), Ml.View(Panels.Waves(80)));
        yield return Of(Ml.Graphs().KnowledgeGraph(new() { EmbeddingSize = 4, Epochs = 1 }), Kinship.View(Ml, Kinship.All()));
        yield return Of(Ml.Graphs().Recommendation(new()
        {
            UserColumnName = "Head", ItemColumnName = "Tail", EmbeddingSize = 4, Epochs = 1,
        }), Kinship.View(Ml, Kinship.All()));
    }

    private static Exported Of<T>(IEstimator<T> trainer, IDataView data) where T : ModelTransformer =>
        new(trainer.GetType().Name, trainer.GetType(), path =>
        {
            using var model = trainer.Fit(data);
            model.ExportToOnnx(path);
        });

    private static Exported Links() => new("links", typeof(LinkPredictionTrainer), path =>
    {
        using var model = Ml.Graphs().LinkPrediction(new LinkPredictionTrainer.Options
            { Edges = TwoCliques.ById(Ml), NodeIdColumnName = "Id", EmbeddingSize = 4, Epochs = 1 }).Fit(TwoCliques.View(Ml));
        model.ExportToOnnx(path);
    });

    private static Exported Vectors() => new("vectors of nodes", typeof(NodeEmbeddingTrainer), path =>
    {
        using var model = Ml.Graphs().DeepWalk(TwoCliques.ById(Ml), "Id", embeddingSize: 4).Fit(TwoCliques.View(Ml));
        model.ExportToOnnx(path);
    });

    private static IEnumerable<Exported> Generators()
    {
        var texts = EveryForm.Mapped(Ml, 12);
        var transformer = new TransformerOptions { Hidden = 8, Heads = 2, Layers = 1 };
        foreach (var (name, decoder) in ((string, SequenceDecoder)[])[("recurrent", SequenceDecoder.Gru(4)),
            ("transformer", SequenceDecoder.Transformer(transformer))])
            yield return new($"language model, {name}", typeof(LanguageModelTrainer), folder =>
            {
                using var model = Ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
                    { TokenColumnName = "Keys", Decoder = decoder, EmbeddingSize = 8, Epochs = 1 }).Fit(texts);
                model.ExportToOnnx(folder);
            });
        var pairs = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i =>
            new Pair { Source = [1, (uint)i % 6 + 1], Target = [2] }).ToArray());
        foreach (var (name, encoder, decoder) in ((string, SequenceNetwork, SequenceDecoder)[])[
            ("recurrent", SequenceNetwork.Gru(6), SequenceDecoder.Gru(6, attention: SourceAttention.Additive(4))),
            ("transformer", SequenceNetwork.Transformer(transformer), SequenceDecoder.Transformer(transformer))])
            yield return new($"translator, {name}", typeof(TranslationTrainer), folder =>
            {
                using var model = Ml.Sequences().Translation(new TranslationTrainer.Options
                    { Encoder = encoder, Decoder = decoder, EmbeddingSize = 8, Epochs = 1, MaximumLength = 5 }).Fit(pairs);
                model.ExportToOnnx(folder);
            });
    }
}
