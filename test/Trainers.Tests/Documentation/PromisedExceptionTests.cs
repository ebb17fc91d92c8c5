using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Tests.Fuzzing;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Documentation;

/// <summary>Public members throw the exceptions that their documentation promises.</summary>
/// <remarks>Of estimators and what they are fitted to <see cref="PromisedExceptions"/> tries it, of files the table of loaders.</remarks>
[TestClass]
public class PromisedExceptionTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly Type Wrong = typeof(ArgumentException), Range = typeof(ArgumentOutOfRangeException),
        Null = typeof(ArgumentNullException), Graph = typeof(GraphException), State = typeof(InvalidOperationException),
        Unsupported = typeof(NotSupportedException), Invalid = typeof(InvalidDataException), Io = typeof(IOException);

    private sealed class Promises : List<(string Member, Type Expected, Action Act)>
    {
        internal void Add(string member, Type expected, Action act) => Add((member, expected, act));

        internal void Check()
        {
            string[] broken = [.. this.Select(promise => (promise.Member,
                    Problem: PromisedExceptions.Instead(promise.Expected, promise.Act)))
                .Where(found => found.Problem is not null).Select(found => $"{found.Member}: {found.Problem}")];
            Assert.IsEmpty(broken, string.Join('\n', broken));
        }
    }

    [TestMethod]
    public void Of_tensors_shapes_targets_and_schedules()
    {
        var ones = TensorData.Vector(1f, 1f);
        new Promises
        {
            { "TensorData.Create, too few", Wrong, () => TensorData.Create([1f], 2) },
            { "TensorData.Create, negative sizes", Wrong, () => TensorData.Create([1f, 2f, 3f, 4f], -2, -2) },
            { "TensorData.Create, sizes beyond 2^63", Wrong, () => TensorData.Create([1f], long.MaxValue, 3) },
            { "TensorData.Create, null", Null, () => TensorData.Create<float>(null!) },
            { "TensorData.Create, no such elements", Unsupported, () => TensorData.Create([1m], 1) },
            { "TensorData.Scalar, no such elements", Unsupported, () => TensorData.Scalar('a') },
            { "TensorData.Vector, no such elements", Unsupported, () => TensorData.Vector('a') },
            { "TensorData.Zeros, negative", Wrong, () => TensorData.Zeros(ElementType.Float, -1) },
            { "TensorData.Zeros, too many", Wrong, () => TensorData.Zeros(ElementType.Float, 1L << 40, 1L << 40) },
            { "TensorData.Zeros, texts", Unsupported, () => TensorData.Zeros(ElementType.String, 1) },
            { "TensorData.As, another type", State, () => ones.As<long>() },
            { "TensorData.As, a type of the same size", State, () => TensorData.Vector(1, 2).As<uint>() },
            { "TensorData.As, a type that no tensor has", State, () => ones.As<decimal>() },
            { "Dim.Size", State, () => _ = ((Dim)"batch").Size },
            { "Dim, negative", Range, () => _ = (Dim)(-1) },
            { "Shape.Sizes", State, () => _ = new Onnx.Graph("g").Input("x", ElementType.Float, ["batch"]).Shape.Sizes },
            { "ExecutionTarget.Cpu", Range, () => ExecutionTarget.Cpu(-1) },
            { "ExecutionTarget.Cuda", Range, () => ExecutionTarget.Cuda(-1) },
            { "ExecutionTarget.Parse", typeof(FormatException), () => ExecutionTarget.Parse("gpu") },
            { "ExecutionTarget.Parse, a negative number", typeof(FormatException), () => ExecutionTarget.Parse("cpu:-1") },
            { "ExecutionTarget.Parse, a large number", typeof(FormatException), () => ExecutionTarget.Parse("cuda:99999999999") },
            { "LearningRateSchedule.StepDecay", Range, () => LearningRateSchedule.StepDecay(0, 1) },
            { "LearningRateSchedule.StepDecay, NaN", Range, () => LearningRateSchedule.StepDecay(float.NaN, 1) },
            { "LearningRateSchedule.Exponential", Range, () => LearningRateSchedule.Exponential(0.5f, 0) },
            { "LearningRateSchedule.Cosine", Range, () => LearningRateSchedule.Cosine(2) },
            { "LearningRateSchedule.Linear", Range, () => LearningRateSchedule.Linear(float.NaN) },
            { "LearningRateSchedule.WarmUp", Range, () => LearningRateSchedule.WarmUp(0) },
            { "LearningRateSchedule.InverseSquareRoot", Range, () => LearningRateSchedule.InverseSquareRoot(0) },
            { "TensorComparison.Largest, nothing", Wrong, () => TensorComparison.Largest(new Dictionary<string, TensorData>(),
                new Dictionary<string, TensorData>()) },
            { "TensorComparison.Largest, missing", typeof(TensorMismatchException), () => TensorComparison.Largest(
                new Dictionary<string, TensorData> { ["x"] = ones }, new Dictionary<string, TensorData>()) },
            { "TensorComparison.Between, types", typeof(TensorMismatchException),
                () => TensorComparison.Between("x", ones, TensorData.Vector(1, 1)) },
            { "TensorComparison.Between, texts", Unsupported,
                () => TensorComparison.Between("x", TensorData.Vector("a"), TensorData.Vector("a")) },
            { "TensorComparison.ThrowIfAbove", typeof(TensorMismatchException),
                () => TensorComparison.Between("x", ones, TensorData.Vector(1f, 2f)).ThrowIfAbove(0.1) },
            { "GenerationInput.From", Wrong, () => GenerationInput.From([[1]], []) },
            { "GenerationInfo.FromMetadata", Invalid, () => GenerationInfo.FromMetadata(new Dictionary<string, string>
                { [GenerationInfo.Key] = "[1" }) },
            { "GenerationInfo.FromMetadata, null in JSON", Invalid, () => GenerationInfo.FromMetadata(new Dictionary<string, string>
                { [GenerationInfo.Key] = "null" }) },
            { "GenerationInfo.FromMetadata, null", Null, () => GenerationInfo.FromMetadata(null!) },
            { "EdgePlan.Build, a node too many", Wrong, () => new EdgePlan(_ => true).Build(new[] { 0 }, new[] { 2 }, 2, 2) },
            { "EdgePlan.Build, ends", Wrong, () => new EdgePlan(_ => true).Build(new[] { 0 }, Array.Empty<int>(), 2, 2) },
        }.Check();
    }

    [TestMethod]
    public void Of_graphs_and_networks()
    {
        var graph = new Onnx.Graph("g");
        var (x, y) = (graph.Input("x", ElementType.Float, ["batch", 3]), graph.Input("y", ElementType.Float, ["batch", 4]));
        var other = new Onnx.Graph("other").Input("z", ElementType.Float, ["batch", 3]);
        NetworkBuilder training = new(new(), NetworkMode.Training), deployed = new(new(), NetworkMode.Deployment);
        var value = training.Graph.Input("x", ElementType.Float, ["batch", 3]);
        training.Parameter("w", [2], Initializers.Zeros);
        new Promises
        {
            { "Graph.Input", Graph, () => graph.Input("x", ElementType.Float, ["batch"]) },
            { "Graph.Output, a name twice", Graph, () => graph.Output("y", x) },
            { "Graph.Output, another graph", Graph, () => graph.Output("out", other) },
            { "Op.Clip", Graph, () => Op.Clip(x, 1, 0) },
            { "Op.Pad", Graph, () => Op.Pad(x, 0, -1, 0) },
            { "Op.Filled, no source", Graph, () => Op.Filled(1f, ["batch"]) },
            { "Op.Filled, another name", Graph, () => Op.Filled(1f, ["time"], x) },
            { "Heads.Spread", Graph, () => Heads.Spread(x, 4) },
            { "Heads.Sum", Graph, () => Heads.Sum(x, 2) },
            { "Gradients.Of, several elements", Graph, () => Gradients.Of(x, [x]) },
            { "Gradients.Of, another graph", Graph, () => Gradients.Of(Op.ReduceSum(x), [other]) },
            { "NetworkBuilder.Parameter", Graph, () => training.Parameter("w", [3], Initializers.Zeros) },
            { "NetworkBuilder.Known", Graph, () => training.Known("v") },
            { "NetworkBuilder.Dropout", Range, () => training.Dropout(value, 1) },
            { "NetworkBuilder.Dropout, NaN", Range, () => training.Dropout(value, float.NaN) },
            { "NetworkBuilder.GumbelNoise", Graph, () => deployed.GumbelNoise(deployed.Graph.Input("x", ElementType.Float, [3])) },
            { "NetworkBuilder.NormalSample", Graph, () => training.NormalSample(value, Op.Unsqueeze(value, 0)) },
            { "Loss.NormalDivergence", Graph, () => Loss.NormalDivergence(x, y) },
            { "Loss.CrossEntropy, weights", Wrong, () => Loss.CrossEntropy(x, graph.Input("t", ElementType.Int64, ["batch"]), [1, 2]) },
            { "Loss.CrossEntropy, smoothing", Wrong, () => Loss.CrossEntropy(x, graph.Input("u", ElementType.Int64, ["batch"]),
                labelSmoothing: 2) },
            { "Loss.CrossEntropy, targets", Graph, () => Loss.CrossEntropy(x, y) },
            { "AttentionMask.Causal", Range, () => AttentionMask.Causal(x, x, 1, 0) },
            { "OnnxFile.ToBytes", Range, () => OnnxFile.ToBytes(graph, opset: 5) },
            { "OnnxFile.Save", Io, () => OnnxFile.Save(graph, "/no/such/folder/x.onnx") },
            { "OnnxFile.Convert", typeof(OnnxFileException), () => OnnxFile.Convert([1, 2, 3], Precision.Half) },
            { "OnnxFile.Inspect", typeof(OnnxFileException), () => OnnxFile.Inspect([1, 2, 3]) },
            { "OnnxFile.Inspect, null", Null, () => OnnxFile.Inspect((byte[])null!) },
            { "OnnxFile.ReadMetadata, null", Null, () => OnnxFile.ReadMetadata((byte[])null!) },
            { "OnnxSession.Load, null", Null, () => OnnxSession.Load((byte[])null!) },
            { "OnnxSession.Load", typeof(OnnxFileException), () => OnnxSession.Load([1, 2, 3]) },
            { "SequenceGenerator.Load, null", Null, () => SequenceGenerator.Load((byte[])null!) },
            { "SequenceGenerator.Load, no file", Null, () => SequenceGenerator.Load((string)null!) },
            { "TrainingModel.Build", Graph, () => TrainingModel.Build(network => new(network.Graph.Input("x", ElementType.Float, [3])),
                new Adam()) },
        }.Check();
    }

    [TestMethod]
    public void Of_running_and_training()
    {
        var graph = new Onnx.Graph("g");
        var (rows, table) = (graph.Input("rows", ElementType.Int64, ["batch"]), graph.Input("table", ElementType.Float, ["n", 2]));
        graph.Output("out", Op.Gather(table, rows, 0));
        using var session = OnnxSession.Load(OnnxFile.ToBytes(graph));
        var fixedSize = new Onnx.Graph("fixed");
        var x = fixedSize.Input("x", ElementType.Float, [3]);
        fixedSize.Output("out", Op.Mul(x, x));
        using var whole = OnnxSession.Load(OnnxFile.ToBytes(fixedSize));
        Dictionary<string, TensorData> Given(TensorData rows) => new() { ["rows"] = rows, ["table"] = TensorData.Create([1f, 2f], 1, 2) };
        using var model = new TrainingSession(TrainingModel.Build(network => new(Op.ReduceMean(Op.Mul(
            network.Graph.Input("x", ElementType.Float, ["batch"]), network.Parameter("w", [1], Initializers.Zeros)),
            keepDims: false)), new Adam()));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var closed = OnnxSession.Load(OnnxFile.ToBytes(graph));
        closed.Dispose();
        new Promises
        {
            { "OnnxSession.Run, null", Null, () => session.Run(null!) },
            { "OnnxSession.Run, missing", Wrong, () => session.Run(new Dictionary<string, TensorData>()) },
            { "OnnxSession.Run, another type", Wrong, () => session.Run(Given(TensorData.Vector(0))) },
            { "OnnxSession.Run, output", Wrong, () => session.Run(Given(TensorData.Vector(0L)), ["no"]) },
            { "OnnxSession.Run, beyond the table", typeof(InvalidOperationException),
                () => session.Run(Given(TensorData.Vector(7L))) },
            { "OnnxSession.Run, cancelled", typeof(OperationCanceledException),
                () => session.Run(Given(TensorData.Vector(0L)), cancellation: cancelled.Token) },
            { "OnnxSession.Run, disposed", typeof(ObjectDisposedException), () => closed.Run(Given(TensorData.Vector(0L))) },
            { "RowScorer", Wrong, () => _ = new RowScorer(whole) },
            { "TrainingSession.Feed, name", Wrong, () => model.Feed("y", [1f], 1) },
            { "TrainingSession.Feed, type", Wrong, () => model.Feed("x", [1], 1) },
            { "TrainingSession.Feed, shape", Wrong, () => model.Feed("x", [1f], 1, 1) },
            { "TrainingSession.Feed, too few", Wrong, () => model.Feed("x", [1f], 2) },
            { "TrainingSession.Step", State, () => model.Step(0.1f) },
            { "TrainingSession.Score", State, () => model.Score() },
            { "TrainingSession.Evaluate", State, () => model.Evaluate() },
            { "TrainingSession.Metric", typeof(KeyNotFoundException), () => model.Metric("no") },
            { "TrainingSession.LoadState", Wrong, () => model.LoadState(new(1, new Dictionary<string, float[]>())) },
        }.Check();
    }

    [TestMethod]
    public void Of_text_molecules_and_samplers()
    {
        var words = TextTokenizer.Words(["some words"]);
        var known = TextTokenizer.Words(["some words"], special: SpecialTokens.None);
        var nodes = NodeGraph.Of(2, [0], [1]);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        new Promises
        {
            { "TextTokenizer.Encode", Wrong, () => known.Encode("others") },
            { "TextTokenizer.Encode, null", Null, () => known.Encode(null!) },
            { "TextTokenizer.EncodeKeys", Wrong, () => known.EncodeKeys("others") },
            { "TextTokenizer.Decode", Range, () => words.Decode([99]) },
            { "TextTokenizer.Decode, negative", Range, () => words.Decode([-1]) },
            { "TextTokenizer.DecodeKeys", Range, () => words.DecodeKeys(-1) },
            { "TextTokenizer.BytePairEncoding", Wrong, () => TextTokenizer.BytePairEncoding(["a"], 200) },
            { "TextTokenizer.BytePairEncoding, count", Wrong, () => TextTokenizer.BytePairEncoding(["a"], minimumCount: 0) },
            { "TextTokenizer.Words, null", Null, () => TextTokenizer.Words(null!) },
            { "TextTokenizer.Save", Io, () => words.Save("/no/such/folder/words.txt") },
            { "TextTokenizer.Load", Io, () => TextTokenizer.Load("/no/such/folder/words.txt") },
            { "TextTokenizer.Load, a folder", Io, () => TextTokenizer.Load(Path.GetTempPath()) },
            { "Vocabulary, twice", Wrong, () => _ = new Vocabulary(["a", "a"]) },
            { "Vocabulary, empty", Wrong, () => _ = new Vocabulary([""]) },
            { "Vocabulary, none", Wrong, () => _ = new Vocabulary([], SpecialTokens.None) },
            { "Vocabulary[]", Range, () => _ = words.Vocabulary[-1] },
            { "Vocabulary.FromCounts, count", Wrong, () => Vocabulary.FromCounts([], 0) },
            { "Vocabulary.FromCounts, size", Wrong, () => Vocabulary.FromCounts([new("a", 1)], maximumSize: 2) },
            { "Vocabulary.Save", Io, () => words.Vocabulary.Save("/no/such/folder/words.txt") },
            { "Vocabulary.Load", Io, () => Vocabulary.Load("/no/such/folder/words.txt") },
            { "Bleu.Of, none", Wrong, () => Bleu.Of([], Array.Empty<string>()) },
            { "Bleu.Of, fewer", Wrong, () => Bleu.Of(["a"], Array.Empty<string>()) },
            { "Bleu.Of, no reference", Wrong, () => Bleu.Of(["a"], [Array.Empty<string>()]) },
            { "Molecule.Parse", typeof(FormatException), () => Molecule.Parse("C(") },
            { "Molecule.Parse, null", Null, () => Molecule.Parse(null!) },
            { "NodeGraph.Of", Wrong, () => NodeGraph.Of(2, [0], [2]) },
            { "NodeGraph.Of, ends", Wrong, () => NodeGraph.Of(2, [0], []) },
            { "NegativeSampler", Wrong, () => _ = new NegativeSampler(NodeGraph.Of(2, [], [])) },
            { "NegativeSampler, power", Wrong, () => _ = new NegativeSampler(nodes, double.NaN) },
            { "NeighborSampler", Wrong, () => _ = new NeighborSampler(nodes, []) },
            { "NeighborSampler, fan-out", Wrong, () => _ = new NeighborSampler(nodes, [0]) },
            { "NeighborSampler.Sample, layers", Wrong, () => new NeighborSampler(nodes, [1]).Sample([0], 0, new(2)) },
            { "NeighborSampler.Sample, twice", Wrong, () => new NeighborSampler(nodes, [1]).Sample([0, 0], 0, new(1)) },
            { "NeighborSampler.Sample, no node", Wrong, () => new NeighborSampler(nodes, [1]).Sample([2], 0, new(1)) },
            { "RandomWalkOptions.Validate", Wrong, () => new RandomWalkOptions { Length = 0 }.Validate() },
            { "RandomWalks", Wrong, () => _ = new RandomWalks(nodes, new() { ReturnParameter = double.NaN }) },
            { "RandomWalks.Sample", Wrong, () => new RandomWalks(nodes).Sample([2], 0) },
            { "RandomWalks.Sample, threads", Wrong, () => new RandomWalks(nodes).Sample([0], 0, -1) },
            { "RandomWalks.Sample, cancelled", typeof(OperationCanceledException),
                () => new RandomWalks(nodes).Sample([0], 0, cancellationToken: cancelled.Token) },
            { "SkipGram.Pairs", Wrong, () => SkipGram.Pairs([1, 2, 3], 2, 1) },
            { "SkipGram.Pairs, window", Wrong, () => SkipGram.Pairs([1, 2], 2, 0) },
            { "FeatureMatrix.Dense", Wrong, () => FeatureMatrix.Dense(2, 2, [1]) },
            { "FeatureMatrix.Dense, negative", Wrong, () => FeatureMatrix.Dense(-1, -1, [1]) },
            { "FeatureMatrix.Dense, null", Null, () => FeatureMatrix.Dense(0, 0, null!) },
        }.Check();
    }

    [TestMethod]
    public void Of_evaluators()
    {
        var (sequences, graphs) = (Ml.Sequences(), Ml.Graphs());
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var stop = cancelled.Token;
        var tagged = Views.Tagged("a b", "a b", Views.Row("a b", "b b"));
        IDataView Classes(params float[] score)
        {
            var data = Ml.Data.LoadFromEnumerable([new Views.One { Tag = "a", Predicted = "b", Score = score }]);
            return Ml.Transforms.Conversion.MapValueToKey("Label", "Tag", keyData: Views.Keys("a b"))
                .Append(Ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Predicted", keyData: Views.Keys("a b")))
                .Fit(data).Transform(data);
        }
        IDataView Numbers(float label, params float[] score) =>
            Ml.Data.LoadFromEnumerable([new Views.Numbers { Label = [label], Score = score }]);
        IDataView Pairs(float number, float score, string query = "q") =>
            Ml.Data.LoadFromEnumerable([new Views.Pair { Query = query, Label = number == 1, Number = number, Score = score }]);
        IDataView None(IDataView view) => Ml.Data.SkipRows(view, 9);
        IDataView none = None(tagged), noNumbers = None(Numbers(1, 1)), noPairs = None(Pairs(1, 1));
        new Promises
        {
            { "EvaluateTagging, null", Null, () => sequences.EvaluateTagging(null!) },
            { "EvaluateTagging, no catalog", Null, () => ((SequencesCatalog)null!).EvaluateTagging(tagged) },
            { "EvaluateTagging, column", Wrong, () => sequences.EvaluateTagging(tagged, "no") },
            { "EvaluateTagging, column null", Wrong, () => sequences.EvaluateTagging(tagged, null!) },
            { "EvaluateTagging, type", Wrong, () => sequences.EvaluateTagging(tagged, "Tags") },
            { "EvaluateTagging, scores", Wrong, () => sequences.EvaluateTagging(tagged, scoreColumnName: "Tags") },
            { "EvaluateTagging, no rows", Invalid, () => sequences.EvaluateTagging(none) },
            { "EvaluateTagging, no labels", Invalid, () => sequences.EvaluateTagging(Views.Tagged("a", "a", Views.Row("?", "a", 1))) },
            { "EvaluateTagging, number of scores", Invalid, () => sequences.EvaluateTagging(tagged) },
            { "EvaluateTagging, cancelled", typeof(OperationCanceledException),
                () => sequences.EvaluateTagging(tagged, scoreColumnName: null, cancellationToken: stop) },
            { "EvaluateClassification, null", Null, () => sequences.EvaluateClassification(null!) },
            { "EvaluateClassification of graphs, null", Null, () => graphs.EvaluateClassification(null!) },
            { "EvaluateClassification, type", Wrong, () => sequences.EvaluateClassification(tagged) },
            { "EvaluateClassification of graphs, column", Wrong, () => graphs.EvaluateClassification(tagged, "no") },
            { "EvaluateClassification, key values in one", Wrong, () => sequences.EvaluateClassification(
                Classes(1, 0), predictedLabelColumnName: "Bare") },
            { "EvaluateClassification, no rows", Invalid, () => sequences.EvaluateClassification(None(Classes(1, 0))) },
            { "EvaluateClassification, no probability", Invalid, () => sequences.EvaluateClassification(Classes(7, 0)) },
            { "EvaluateClassification of graphs, scores", Invalid, () => graphs.EvaluateClassification(Classes(1)) },
            { "EvaluateClassification, cancelled", typeof(OperationCanceledException),
                () => graphs.EvaluateClassification(Classes(1, 0), cancellationToken: stop) },
            { "EvaluateRegression, null", Null, () => sequences.EvaluateRegression(null!) },
            { "EvaluateRegression of graphs, null", Null, () => graphs.EvaluateRegression(null!) },
            { "EvaluateRegression, column", Wrong, () => sequences.EvaluateRegression(Numbers(1, 1), scoreColumnName: "no") },
            { "EvaluateRegression of graphs, type", Wrong, () => graphs.EvaluateRegression(tagged, "Tags") },
            { "EvaluateRegression, no rows", Invalid, () => sequences.EvaluateRegression(noNumbers) },
            { "EvaluateRegression, no labels", Invalid, () => sequences.EvaluateRegression(Numbers(float.NaN, 1)) },
            { "EvaluateRegression, infinite", Invalid, () => sequences.EvaluateRegression(Numbers(float.PositiveInfinity, 1)) },
            { "EvaluateRegression of graphs, NaN", Invalid, () => graphs.EvaluateRegression(Numbers(1, float.NaN)) },
            { "EvaluateRegression, count", Invalid, () => sequences.EvaluateRegression(Numbers(1, 1, 2)) },
            { "EvaluateRegression, cancelled", typeof(OperationCanceledException),
                () => sequences.EvaluateRegression(Numbers(1, 1), cancellationToken: stop) },
            { "EvaluateLinkRanking, null", Null, () => graphs.EvaluateLinkRanking(null!) },
            { "EvaluateLinkRanking, column", Wrong, () => graphs.EvaluateLinkRanking(Pairs(1, 1), "no") },
            { "EvaluateLinkRanking, type", Wrong, () => graphs.EvaluateLinkRanking(Pairs(1, 1), "Query", "Query") },
            { "EvaluateLinkRanking, type of queries", Wrong, () => graphs.EvaluateLinkRanking(Pairs(1, 1), "Score") },
            { "EvaluateLinkRanking, k", Range, () => graphs.EvaluateLinkRanking(Pairs(1, 1), ks: [0]) },
            { "EvaluateLinkRanking, no rows", Invalid, () => graphs.EvaluateLinkRanking(noPairs) },
            { "EvaluateLinkRanking, no links", Invalid, () => graphs.EvaluateLinkRanking(Pairs(0, 1)) },
            { "EvaluateLinkRanking, label", Invalid, () => graphs.EvaluateLinkRanking(Pairs(0.5f, 1), labelColumnName: "Number") },
            { "EvaluateLinkRanking, NaN", Invalid, () => graphs.EvaluateLinkRanking(Pairs(1, float.NaN)) },
            { "EvaluateLinkRanking, query", Invalid, () => graphs.EvaluateLinkRanking(Pairs(1, 1, ""), "Query") },
            { "EvaluateLinkRanking, cancelled", typeof(OperationCanceledException),
                () => graphs.EvaluateLinkRanking(Pairs(1, 1), cancellationToken: stop) },
            { "EvaluateLanguageModel, null", Null, () => sequences.EvaluateLanguageModel(null!) },
            { "EvaluateLanguageModel, column", Wrong, () => sequences.EvaluateLanguageModel(Numbers(1, -1), "no") },
            { "EvaluateLanguageModel, type of tokens", Wrong,
                () => sequences.EvaluateLanguageModel(Numbers(1, -1), tokenColumnName: "Label") },
            { "EvaluateLanguageModel, no rows", Invalid, () => sequences.EvaluateLanguageModel(noNumbers) },
            { "EvaluateLanguageModel, no tokens", Invalid, () => sequences.EvaluateLanguageModel(Numbers(1)) },
            { "EvaluateLanguageModel, no logarithms", Invalid, () => sequences.EvaluateLanguageModel(Numbers(1, 0.5f)) },
            { "EvaluateLanguageModel, count", Invalid, () => sequences.EvaluateLanguageModel(tagged, tokenColumnName: "Label") },
            { "EvaluateLanguageModel, cancelled", typeof(OperationCanceledException),
                () => sequences.EvaluateLanguageModel(Numbers(1, -1), cancellationToken: stop) },
        }.Check();
        var error = Assert.ThrowsExactly<InvalidDataException>(() => graphs.EvaluateRegression(Numbers(1, float.NaN)));
        StringAssert.Contains(error.Message, "Column 'Score', row 0");
        StringAssert.Contains(error.Message, "FilterRowsByMissingValues");
    }

    [TestMethod]
    public void Of_catalogs_and_columns()
    {
        using var folder = new TemporaryFolder();
        var data = EveryForm.Mapped(Ml, 12);
        var (nodes, edges) = (TwoCliques.View(Ml), TwoCliques.ById(Ml));
        var (strangers, schema, file) = (TwoCliques.ById(Ml, [new("n0", "x", 0, 1)]), data.Schema, folder.File("x.zip"));
        File.WriteAllBytes(folder.File("model.onnx"), SmallModels.OfGraphs(folder));
        var graphModel = folder.File("model.onnx");
        var chain = new TransformerChain<ITransformer>(Ml.Transforms.CopyColumns("a", "Number").Fit(data));
        using var noSeek = new System.IO.Compression.GZipStream(new MemoryStream(), System.IO.Compression.CompressionMode.Decompress);
        new Promises
        {
            { "RandomLinkSplit, column", Wrong, () => Ml.Data.RandomLinkSplit(nodes, edges, "no") },
            { "RandomLinkSplit, fractions", Wrong, () => Ml.Data.RandomLinkSplit(nodes, edges, "Id", 0.5, 0.5) },
            { "RandomLinkSplit, fraction NaN", Wrong, () => Ml.Data.RandomLinkSplit(nodes, edges, "Id", double.NaN) },
            { "RandomLinkSplit, no node", Invalid, () => Ml.Data.RandomLinkSplit(nodes, strangers, "Id") },
            { "RandomLinkSplit, null", Null, () => Ml.Data.RandomLinkSplit(nodes, null!) },
            { "NodeTrainTestSplit, column", Wrong, () => Ml.Data.NodeTrainTestSplit(nodes, edges, "no") },
            { "NodeTrainTestSplit, fraction", Wrong, () => Ml.Data.NodeTrainTestSplit(nodes, edges, "Id", 1) },
            { "NodeTrainTestSplit, empty", Invalid, () => Ml.Data.NodeTrainTestSplit(nodes, edges, "Id", 1e-6) },
            { "NodeTrainTestSplit, no node", Invalid, () => Ml.Data.NodeTrainTestSplit(nodes, strangers, "Id") },
            { "NodeCrossValidationSplit", Wrong, () => Ml.Data.NodeCrossValidationSplit(nodes, edges, "Id", 1) },
            { "NodeCrossValidationSplit, folds", Invalid, () => Ml.Data.NodeCrossValidationSplit(nodes, edges, "Id", 999) },
            { "SaveWhole", Io, () => Ml.Model.SaveWhole(chain, schema, "/no/such/folder/x.zip") },
            { "SaveWhole, can't be saved", Unsupported, () => Ml.Model.SaveWhole(Ml.Transforms.CutWindows("W", 1, "Ragged", featureCount: 2)
                .Fit(data), schema, file) },
            { "ExportToOnnx of a pipeline", Wrong, () => Ml.Model.ExportToOnnx(chain, data, file) },
            { "LoadSequenceGraph", Io, () => Ml.Model.LoadSequenceGraph(file, out _) },
            { "LoadSequenceGraph, a folder", Io, () => Ml.Model.LoadSequenceGraph(folder.Path, out _) },
            { "LoadSequenceGraph, no seeking", Wrong, () => Ml.Model.LoadSequenceGraph(noSeek, out _) },
            { "LoadSequenceGraph, empty", Invalid, () => Ml.Model.LoadSequenceGraph(new MemoryStream(), out _) },
            { "ApplySequenceModel, of graphs", Invalid, () => Ml.Transforms.ApplySequenceModel(graphModel) },
            { "ApplySequenceModel, null", Null, () => Ml.Transforms.ApplySequenceModel((byte[])null!) },
            { "ApplyNodeModel, of graphs", Invalid, () => Ml.Transforms.ApplyNodeModel(graphModel, edges) },
            { "ApplyGraphModel, null", Null, () => Ml.Transforms.ApplyGraphModel(null!) },
            { "SmilesToGraph", Wrong, () => Ml.Transforms.SmilesToGraph("") },
            { "GraphPositionalFeatures", Wrong, () => Ml.Transforms.GraphPositionalFeatures(new()) },
            { "NodePositionalFeatures", Wrong, () => Ml.Transforms.NodePositionalFeatures(edges, new() { RandomWalkSteps = -1 }) },
            { "GroupIntoFeatureVectors", Wrong, () => Ml.Transforms.GroupIntoFeatureVectors("a", "b", "c", "a") },
            { "GroupIntoFeatureVectors, count", Wrong, () => Ml.Transforms.GroupIntoFeatureVectors(new() { FeatureCount = 0 }) },
            { "GroupIntoFeatureVectors, null", Wrong, () => Ml.Transforms.GroupIntoFeatureVectors(new() { CarriedColumnNames = null! }) },
            { "GroupIntoSequences", Wrong, () => Ml.Transforms.GroupIntoSequences("a", "b", "c", []) },
            { "GroupIntoSequences, null", Wrong, () => Ml.Transforms.GroupIntoSequences("a", "b", "c", null!) },
            { "GroupIntoSequences, twice", Wrong, () => Ml.Transforms.GroupIntoSequences("a", "a", "c", ["d"]) },
            { "CutWindows", Wrong, () => Ml.Transforms.CutWindows("a", 0) },
            { "CutWindows, stride", Wrong, () => Ml.Transforms.CutWindows("a", 1, stride: 0) },
            { "CutWindows, null", Wrong, () => Ml.Transforms.CutWindows(null!) },
            { "TokenizeText", Wrong, () => Ml.Transforms.TokenizeText("") },
            { "TokenizeText, no columns", Wrong, () => Ml.Transforms.TokenizeText(Array.Empty<InputOutputColumnPair>()) },
            { "TokenizeText, null", Wrong, () => Ml.Transforms.TokenizeText((InputOutputColumnPair[])null!) },
            { "DetokenizeText", Wrong, () => Ml.Transforms.DetokenizeText("", "a", TextTokenizer.Words(["a"])) },
            { "DetokenizeText, null", Null, () => Ml.Transforms.DetokenizeText("b", "a", null!) },
            { "WithGraph", Wrong, () => chain.WithGraph(nodes, edges) },
            { "WithGraph, of a transformer", Wrong, () => ((ITransformer)chain).WithGraph(nodes, edges) },
            { "WithGraph, null", Null, () => ((ITransformer)null!).WithGraph(nodes, edges) },
            { "SequenceColumn.FromSchema", Wrong, () => SequenceColumn.FromSchema(schema, "Class") },
            { "SequenceColumn.FromSchema, missing", Wrong, () => SequenceColumn.FromSchema(schema, "no") },
            { "SequenceColumn.FromSchema, null", Null, () => SequenceColumn.FromSchema(null!, "no") },
            { "SequenceColumn.FromData", Wrong, () => SequenceColumn.FromData(data, "Class") },
            { "SequenceColumn.FromData, null", Null, () => SequenceColumn.FromData(null!, "no") },
            { "SequenceLabel.Class", Wrong, () => SequenceLabel.Class(schema, "Number") },
            { "SequenceLabel.StepClasses", Wrong, () => SequenceLabel.StepClasses(schema, "ClassKey") },
            { "SequenceLabel.Targets", Wrong, () => SequenceLabel.Targets(schema, "Class") },
            { "SequenceLabel.Targets, count", Wrong, () => SequenceLabel.Targets(schema, "Numbers", 3) },
            { "SequenceLabel.Targets, null", Null, () => SequenceLabel.Targets(null!, "Numbers") },
            { "ModelLabels.Of", Wrong, () => ModelLabels.Of(schema["Ragged"]) },
            { "ModelInfo.Read", Invalid, () => ModelInfo.Read(new Dictionary<string, string>(), "x") },
            { "ModelInfo.Read, null", Null, () => ModelInfo.Read(null!, "x") },
            { "ModelInfo.Load", typeof(OnnxFileException), () => ModelInfo.Load([1, 2], "x") },
            { "ModelInfo.Load, null", Null, () => ModelInfo.Load(null!, "x") },
            { "LoadMeshes", Io, () => Ml.Data.LoadMeshes(file) },
            { "LoadOff", Io, () => TriangleMesh.LoadOff(file) },
            { "LoadTuGraphs", Io, () => Ml.Data.LoadTuGraphs(file) },
            { "PretrainedNetwork.Load", typeof(FileNotFoundException), () => PretrainedNetwork.Load(file) },
            { "PretrainedNetwork.Load, a folder", Io, () => PretrainedNetwork.Load(folder.Path) },
            { "PretrainedNetwork.Load, null", Null, () => PretrainedNetwork.Load(null!) },
        }.Check();
    }
}
