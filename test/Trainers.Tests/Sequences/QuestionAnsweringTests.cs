using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Questions that are answered by a part of a text.</summary>
[TestClass]
public class QuestionAnsweringTests
{
    private readonly MLContext _ml = new(seed: 1);

    internal sealed class Row
    {
        public string ContextText { get; set; } = "";

        public string QuestionText { get; set; } = "";

        public string AnswerText { get; set; } = "";

        public int Start { get; set; } = -1;

        public int[] Ends { get; set; } = [];
    }

    private sealed class Answered
    {
        public string Answer { get; set; } = "";

        public float Probability { get; set; }

        public long[] PredictedLabel { get; set; } = [];
    }

    [TestMethod]
    public void Learns_to_answer_and_is_saved_and_exported()
    {
        using var folder = new TemporaryFolder();
        var train = _ml.Data.LoadFromEnumerable(Rows(1500, seed: 1));
        var test = _ml.Data.LoadFromEnumerable(Rows(100, seed: 2));
        var pipeline = _ml.Transforms.TokenizeText([new("Context", "ContextText"), new("Question", "QuestionText")])
            .Append(_ml.Transforms.FindAnswers("Label", "ContextText", "AnswerText"))
            .Append(Trainer(options => (options.Epochs, options.LearningRate) = (20, 3e-3f)))
            .Append(_ml.Transforms.CutAnswers("Answer", "ContextText"));
        var model = pipeline.Fit(train);
        var scored = model.Transform(test);
        var metrics = _ml.Sequences().EvaluateAnswers(scored);
        Assert.IsGreaterThan(0.9, metrics.ExactMatch, $"{metrics}");
        Assert.IsGreaterThanOrEqualTo(metrics.ExactMatch, metrics.F1);
        var rows = _ml.Data.CreateEnumerable<Answered>(scored, false).ToArray();
        Assert.AreEqual(metrics.ExactCount, rows.Zip(Rows(100, seed: 2)).Count(pair => pair.First.Answer == pair.Second.AnswerText));

        // Loaded by ML.NET: one row at a time, without padding.
        var path = folder.File("model.zip");
        _ml.Model.Save(model, train.Schema, path);
        var loaded = new MLContext().Model.Load(path, out _).Transform(test);
        var others = loaded.GetColumn<long[]>("PredictedLabel").ToArray();
        var answers = loaded.GetColumn<string>("Answer").ToArray();
        float[] probabilities = [.. loaded.GetColumn<float>("Probability")];
        for (var row = 0; row < rows.Length; row++)
        {
            CollectionAssert.AreEqual(rows[row].PredictedLabel, others[row]);
            Assert.AreEqual(rows[row].Answer, answers[row]);
            Assert.AreEqual(rows[row].Probability, probabilities[row], 1e-4f);
        }

        // The file finds the span itself.
        var file = folder.File("model.onnx");
        var trained = model.OfType<SequencePredictionTransformer>().Single();
        trained.ExportToOnnx(file);
        Assert.IsLessThan(1e-4, trained.Info.Verification!.LargestDifference);
        using var session = OnnxSession.Load(file, ExecutionTarget.Cpu(1));
        var mapped = model.Transform(_ml.Data.TakeRows(test, 1));
        long[] Ids(string column) => [.. mapped.GetColumn<uint[]>(column).Single().Select(key => (long)key)];
        var found = session.Run(new Dictionary<string, TensorData>
        {
            ["tokens"] = TensorData.Create(Ids("Context"), 1, Ids("Context").Length),
            ["Question"] = TensorData.Create(Ids("Question"), 1, Ids("Question").Length),
        });
        CollectionAssert.AreEqual(rows[0].PredictedLabel, found["PredictedLabel"].As<long>());
    }

    [TestMethod]
    [DataRow(new[] { 2, 8 }, "the span is from step 2 to 8, but column 'Context' has 8 steps; expected steps from 0 to 7")]
    [DataRow(new[] { -1, 2 }, "the span is from step -1 to 2")]
    [DataRow(new[] { 3, 2 }, "the span begins at step 3 and ends before it, at step 2")]
    [DataRow(new[] { 0, 4 }, "the span from step 0 to 4 has 5 steps; expected at most 4")]
    [DataRow(new[] { 1 }, "1 numbers, expected two")]
    public void Spans_outside_the_text_are_errors(int[] ends, string message)
    {
        var rows = Rows(20, seed: 1);
        foreach (var row in rows)
            row.Ends = [0, 1];
        (rows[5].ContextText, rows[5].Ends) = ("ann sees rome bob sees new york .", ends);
        var data = Tokenized(rows);
        void Few(QuestionAnsweringTrainer.Options options) =>
            (options.LabelColumnName, options.Epochs, options.MaximumAnswerLength) = ("Ends", 1, 4);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Trainer(Few).Fit(data));
        StringAssert.StartsWith(error.Message, "Column 'Ends', row 5: ");
        StringAssert.Contains(error.Message, message);
        using var model = Trainer(options =>
        {
            Few(options);
            options.BadRows = BadRows.Skip;
        }).Fit(data);
        Assert.AreEqual(19, model.History.Epochs[0].Rows);
    }

    [TestMethod]
    public void Answers_that_do_not_stand_in_the_text_are_errors()
    {
        var rows = Rows(3, seed: 1);
        rows[2].AnswerText = "nowhere";
        var data = _ml.Data.LoadFromEnumerable(rows);
        var found = _ml.Transforms.FindAnswers("Label", "ContextText", "AnswerText").Fit(data).Transform(data);
        StringAssert.StartsWith(Assert.ThrowsExactly<InvalidDataException>(() => found.GetColumn<long[]>("Label").ToArray()).Message,
            "Column 'AnswerText', row 2: the answer 'nowhere' doesn't stand in the text");
        (rows[2].ContextText, rows[2].AnswerText, rows[2].Start) = ("in Rome, in Rome!", "Rome", 12);
        var last = _ml.Data.LoadFromEnumerable(rows[2..]);
        var second = _ml.Transforms.FindAnswers("Label", "ContextText", "AnswerText", "Start").Fit(last).Transform(last);
        CollectionAssert.AreEqual(new[] { 4L, 4L }, second.GetColumn<long[]>("Label").Single());
        rows[2].Start = 13;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => second.GetColumn<long[]>("Label").ToArray()).Message,
            "row 0: the answer 'Rome' doesn't stand at character 13");
        rows[2].Start = 11;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => second.GetColumn<long[]>("Label").ToArray()).Message,
            "row 0: the answer 'Rome' doesn't stand at character 11");
        rows[2].AnswerText = " ";
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => second.GetColumn<long[]>("Label").ToArray()).Message,
            "the answer is empty");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.Transforms.FindAnswers("Label", "ContextText", "Ends").Fit(data)).Message, "Column 'Ends' is Vector<Int32>; expected text");
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.CutAnswers("A", "ContextText", kind:
            TextTokenizerKind.BytePairEncoding));
    }

    [TestMethod]
    public void Cut_answers_are_what_stands_in_the_text()
    {
        Row[] rows = [new() { ContextText = "It was  New\tYork, wasn't it?", Ends = [2, 3] }];
        var data = _ml.Transforms.Conversion.ConvertType("PredictedLabel", "Ends", DataKind.Int64).Fit(_ml.Data.LoadFromEnumerable(rows))
            .Transform(_ml.Data.LoadFromEnumerable(rows));
        Assert.AreEqual("New\tYork", _ml.Transforms.CutAnswers("Answer", "ContextText").Fit(data).Transform(data)
            .GetColumn<string>("Answer").Single());
        Assert.AreEqual("was", _ml.Transforms.CutAnswers("Answer", "ContextText", kind: TextTokenizerKind.Characters)
            .Fit(data).Transform(_ml.Transforms.Conversion.ConvertType("PredictedLabel", "Ends", DataKind.Int64)
                .Fit(data).Transform(_ml.Data.LoadFromEnumerable<Row>([new() { ContextText = "a was", Ends = [2, 4] }])))
            .GetColumn<string>("Answer").Single());
        rows[0].Ends = [2, 9];
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => _ml.Transforms.CutAnswers("Answer", "ContextText").Fit(data)
            .Transform(data).GetColumn<string>("Answer").Single()).Message,
            "Column 'PredictedLabel', row 0: the answer is from token 2 to 9 of a text of 8");
    }

    [TestMethod]
    public void Columns_and_networks_that_do_not_fit_are_errors()
    {
        var rows = Rows(20, seed: 1);
        foreach (var row in rows)
            row.Ends = [0, 1];
        var data = Tokenized(rows);
        void Expect<T>(string message, Action<QuestionAnsweringTrainer.Options> change, IDataView? other = null) where T : Exception =>
            StringAssert.Contains(Assert.ThrowsExactly<T>(() => Trainer(options =>
            {
                (options.LabelColumnName, options.Epochs) = ("Ends", 1);
                change(options);
            }).Fit(other ?? data)).Message, message);
        Expect<ArgumentException>("Column 'ContextText' is String: expected a vector of two Int32 or Int64",
            options => options.LabelColumnName = "ContextText");
        Expect<ArgumentException>("QuestionColumnName is 'Context', the column of SequenceColumnName",
            options => options.QuestionColumnName = "Context");
        Expect<ArgumentException>("does not read column 'Question'", options => options.Network = SequenceNetwork.Gru(4));
        Expect<ArgumentException>("MaximumAnswerLength is 0; expected at least 1", options => options.MaximumAnswerLength = 0);
        var others = _ml.Transforms.TokenizeText("Question", "QuestionText").Fit(data).Transform(data);
        Expect<ArgumentException>("Column 'Question' has another vocabulary than column 'Context'", _ => { }, others);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(50)]
    public void The_best_span_is_that_of_all_pairs(int longest)
    {
        const int Rows = 4, Time = 9;
        long[] lengths = [9, 5, 1, 7];
        var logits = FiniteDifferences.Random(ElementType.Float, 3, Rows, Time, 2);
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        foreach (var (name, value) in new SpanHead(longest).Predictions(network, network.Input("x", ElementType.Float, [Rows, "time", 2]),
            network.Graph.Vector(lengths)))
            network.Graph.Output(name, value);
        using var session = new OnnxSession(network.Graph);
        var found = session.Run(new Dictionary<string, TensorData> { ["x"] = logits });
        var x = logits.As<float>();
        for (var row = 0; row < Rows; row++)
        {
            double Log(int step, int end) => x[(row * Time + step) * 2 + end] - Math.Log(Enumerable.Range(0, (int)lengths[row])
                .Sum(other => Math.Exp(x[(row * Time + other) * 2 + end])));
            var best = (from first in Enumerable.Range(0, (int)lengths[row])
                        from last in Enumerable.Range(first, Math.Min(longest, (int)lengths[row] - first))
                        select (first, last)).MaxBy(span => Log(span.first, 0) + Log(span.last, 1));
            CollectionAssert.AreEqual(new long[] { best.first, best.last }, found["PredictedLabel"].As<long>()[(2 * row)..(2 * row + 2)]);
            Assert.AreEqual(Math.Exp(Log(best.first, 0) + Log(best.last, 1)), found["Probability"].As<float>()[row], 1e-5);
            Assert.AreEqual(Math.Exp(Log(best.last, 1)), found["Score"].As<float>()[2 * row + 1], 1e-5);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Gradients_of_the_loss(bool isWeighted)
    {
        FiniteDifferences.Check(values => Op.Reshape(SpanHead.Loss(values[0], values[0].Graph.Vector(4L, 2L, 4L), values[1],
            isWeighted ? values[0].Graph.Vector(1f, 0.5f, 2f) : values[0].Graph.Vector(1f, 1f, 1f)), [1]),
            [FiniteDifferences.Random(ElementType.Float, 1, 3, 4, 2), TensorData.Create([1L, 2, 0, 0, 2, 3], 3, 2)]);
    }

    private QuestionAnsweringTrainer Trainer(Action<QuestionAnsweringTrainer.Options> change)
    {
        QuestionAnsweringTrainer.Options options = new()
        {
            Network = SequenceNetwork.Multimodal(new()
            {
                AllowMissing = false, InputDropout = 0,
                Transformer = new() { Hidden = 32, Heads = 4, Layers = 2, FeedForwardSize = 64 },
            }),
            EmbeddingSize = 32, BatchSize = 32, Target = ExecutionTarget.Cpu(1),
        };
        change(options);
        return _ml.Sequences().QuestionAnswering(options);
    }

    private IDataView Tokenized(Row[] rows)
    {
        var data = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.TokenizeText([new("Context", "ContextText"), new("Question", "QuestionText")]).Fit(data).Transform(data);
    }

    // "ann sees rome . bob sees new york ." and "bob ?": new york
    internal static Row[] Rows(int count, int seed)
    {
        string[] people = ["ann", "bob", "cid", "dora"], places = ["rome", "oslo", "new york", "bern", "san jose"];
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            random.Shuffle(people);
            random.Shuffle(places);
            var (facts, asked) = (random.Next(2, 4), 0);
            asked = random.Next(facts);
            return new Row
            {
                ContextText = string.Join(' ', Enumerable.Range(0, facts).Select(i => $"{people[i]} sees {places[i]} .")),
                QuestionText = $"{people[asked]} ?", AnswerText = places[asked],
            };
        })];
    }
}
