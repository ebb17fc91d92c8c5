using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;
using Shape = MLSeqGraph.Trainers.Tests.Graphs.Shape;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>A kind of model that a server swaps: loaded again and again, and asked by many threads while it is disposed of.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Load">Loads it anew: the model, and what it says of the same rows, a prediction each.</param>
internal sealed record SwappedModel(string Name, Func<(IDisposable Model, Func<float[][]> Predict)> Load)
{
    private static readonly MLContext Ml = new(1);

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class Text
    {
        public int[] Features { get; set; } = [];
    }

    private sealed class Pair
    {
        [KeyType(6)]
        public uint[] Source { get; set; } = [];

        [KeyType(6)]
        public uint[] Target { get; set; } = [];
    }

    /// <summary>One of every kind, trained a little.</summary>
    /// <param name="folder">Where their files go.</param>
    internal static IReadOnlyList<SwappedModel> All(TemporaryFolder folder) =>
        [.. Sequences(folder), .. Nodes(folder), .. Graphs(folder), .. Generators(folder)];

    private static IEnumerable<SwappedModel> Sequences(TemporaryFolder folder)
    {
        var data = EveryForm.Mapped(Ml, 24);
        var rows = EveryForm.Rows(4);
        var path = folder.File("sequences.onnx");
        using (var trained = (SequencePredictionTransformer)EveryForm.Trainer(Ml, "Classification", "Ragged").Fit(data))
            trained.ExportToOnnx(path);
        yield return new("session", () =>
        {
            var session = OnnxSession.Load(path, ExecutionTarget.Cpu(1));
            var inputs = new Dictionary<string, TensorData>
            {
                ["features"] = TensorData.Create(Enumerable.Range(0, 24).Select(i => i / 10f).ToArray(), 3, 4, 2),
                ["lengths"] = TensorData.Vector(4L, 4L, 4L),
            };
            return (session, () => [session.Run(inputs, ["Score"])["Score"].As<float>()]);
        });
        yield return new("view of sequences", () =>
        {
            var model = Ml.Transforms.ApplySequenceModel(path).Fit(data);
            return (model, () => [.. model.Transform(data).GetColumn<float[]>("Score")]);
        });
        yield return new("engine of sequences", () =>
        {
            var model = Ml.Transforms.ApplySequenceModel(path).Fit(data);
            return (model, Engine(model, rows));
        });
    }

    private static IEnumerable<SwappedModel> Nodes(TemporaryFolder folder)
    {
        var nodes = TwoCliques.View(Ml);
        var edges = TwoCliques.ByRow(Ml);
        var path = folder.File("nodes.onnx");
        using (var trained = Ml.Graphs().NodeClassification(new() { Edges = edges, Network = GraphNetwork.Gcn(), Epochs = 2 }).Fit(nodes))
            trained.ExportToOnnx(path);
        yield return new("view of nodes", () =>
        {
            var model = Ml.Transforms.ApplyNodeModel(path, edges, target: ExecutionTarget.Cpu(1)).Fit(nodes);
            return (model, () => [.. model.Transform(nodes).GetColumn<float[]>("Score")]);
        });
    }

    private static IEnumerable<SwappedModel> Graphs(TemporaryFolder folder)
    {
        GraphColumns columns = new() { NodeFeatureCount = 2 };
        var shapes = Shape.Make(20);
        var data = Shape.View(Ml, shapes);
        var path = folder.File("graphs.onnx");
        using (var trained = Ml.Graphs().GraphClassification(new()
        {
            Columns = columns, Network = GraphNetwork.Gin(8, 1), Hidden = 8, Epochs = 2, Target = ExecutionTarget.Cpu(1),
        }).Fit(data))
            trained.ExportToOnnx(path);
        yield return new("view of graphs", () =>
        {
            var model = Ml.Transforms.ApplyGraphModel(path, columns, ExecutionTarget.Cpu(1)).Fit(data);
            return (model, () => [.. model.Transform(data).GetColumn<float[]>("Score")]);
        });
        yield return new("engine of graphs", () =>
        {
            var model = Ml.Transforms.ApplyGraphModel(path, columns, ExecutionTarget.Cpu(1)).Fit(data);
            return (model, Engine(model, shapes));
        });
    }

    private static IEnumerable<SwappedModel> Generators(TemporaryFolder folder)
    {
        var texts = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(row =>
            new Text { Features = [.. Enumerable.Range(row, 2 + row % 3).Select(i => i % 5)] }).ToArray());
        using (var trained = Ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
        {
            Decoder = SequenceDecoder.Gru(8), EmbeddingSize = 4, Epochs = 1, Target = ExecutionTarget.Cpu(1),
        }).Fit(texts))
            Ml.Model.Save(trained, texts.Schema, folder.File("language.zip"));
        yield return new("view of a language model", () =>
        {
            var model = Saved<LanguageModelTransformer>(folder.File("language.zip"));
            return (model, () => [.. model.Transform(texts).GetColumn<float[]>("Score")]);
        });

        var pairs = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(row =>
            new Pair { Source = [.. Enumerable.Range(row, 1 + row % 4).Select(i => (uint)(1 + i % 6))], Target = [1, 2] }).ToArray());
        using (var trained = Ml.Sequences().Translation(new TranslationTrainer.Options
        {
            Encoder = SequenceNetwork.Gru(8), Decoder = SequenceDecoder.Transformer(new() { Hidden = 8, Heads = 2, Layers = 1 }),
            EmbeddingSize = 8, Epochs = 1, MaximumLength = 4, BeamWidth = 2, Target = ExecutionTarget.Cpu(1),
        }).Fit(pairs))
        {
            Ml.Model.Save(trained, pairs.Schema, folder.File("translation.zip"));
            trained.ExportToOnnx(folder.File("translation"));
        }
        yield return new("view of a translator", () =>
        {
            var model = Saved<TranslationTransformer>(folder.File("translation.zip"));
            return (model, () => [.. model.Transform(pairs).GetColumn<float>("Score").Select(score => new[] { score })]);
        });
        var source = GenerationInput.FromSources([1, 2, 3], [4]);
        GenerationOptions options = new() { MaximumLength = 4 };
        yield return Generator("greedy", generator => generator.Greedy(source, options));
        yield return Generator("beam search", generator => [.. generator.BeamSearch(source, new() { Width = 2 }, options)
            .SelectMany(row => row)]);

        SwappedModel Generator(string name, Func<SequenceGenerator, GeneratedSequence[]> generate) => new(name, () =>
        {
            var generator = SequenceGenerator.Load(folder.File("translation/decoder.onnx"), folder.File("translation/encoder.onnx"),
                ExecutionTarget.Cpu(1));
            return (generator, () => [.. generate(generator).Select(row =>
                new[] { (float)row.LogProbability }.Concat(row.Tokens.Select(token => (float)token)).ToArray())]);
        });
    }

    private static T Saved<T>(string zip) where T : class, IDisposable =>
        Ml.Model.LoadSequenceGraph(zip, out _) is var model && model is IEnumerable<ITransformer> chain
            ? chain.OfType<T>().Single() : (T)model;

    // Engines are for one thread each, and dispose of the model when they are disposed of.
    private static Func<float[][]> Engine<TRow>(ITransformer model, TRow[] rows) where TRow : class
    {
        var engines = new ThreadLocal<PredictionEngine<TRow, Prediction>>(() =>
            new MLContext(1).Model.CreatePredictionEngine<TRow, Prediction>(model));
        return () => [.. rows.Select(row => engines.Value!.Predict(row).Score)];
    }
}
