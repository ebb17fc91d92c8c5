using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Columns that language models and translators write by: trained on, verified, generated with, saved, scored.</summary>
[TestClass]
public class GenerativeSideInputTests
{
    private static readonly MLContext Ml = new(seed: 1);

    // Both are trained once: numbers go up or down by the style; a translator copies or turns around.
    private static readonly Lazy<LanguageModelTransformer> Language = new(() => Ml.Sequences().LanguageModel(LanguageOptions(
        SequenceDecoder.Gru(24), epochs: 20)).Fit(Keyed(Rows(160))));

    private static readonly Lazy<TranslationTransformer> Translator = new(() => Ml.Sequences().Translation(TranslationOptions()).Fit(
        Keyed(Rows(160))));

    public sealed class Row
    {
        public string[] Source { get; set; } = [];

        public string[] Target { get; set; } = [];

        public string Style { get; set; } = "";

        [VectorType(2)]
        public float[] Facts { get; set; } = [];

        public float[] Series { get; set; } = [1];

        public string[] Words { get; set; } = ["x"];
    }

    public sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }

    [ClassCleanup]
    public static void Unload()
    {
        if (Language.IsValueCreated)
            Language.Value.Dispose();
        if (Translator.IsValueCreated)
            Translator.Value.Dispose();
    }

    [TestMethod]
    public void A_language_model_writes_by_its_inputs()
    {
        var model = Language.Value;
        Assert.IsLessThan(1e-4, model.Verification.LargestDifference);
        CollectionAssert.AreEqual(new[] { "Style", "Facts" }, model.Info.Sides.Select(side => side.InputName).ToArray());
        Assert.IsFalse(model.Generator.ReadsSource);
        long first = model.StartToken;
        var both = GenerationInput.FromPrompts([first, Number(3)], [first, Number(3)]).With("Style", TensorData.Vector(1L, 2L))
            .With("Facts", TensorData.Create<float>([1, 0, -1, 0], 2, 2));
        var written = model.Generator.Greedy(both, new() { MaximumLength = 4 });
        CollectionAssert.AreEqual(new[] { Number(4), Number(5), Number(6) }, written[0].Tokens[..3], "up");
        CollectionAssert.AreEqual(new[] { Number(2), Number(1), Number(0) }, written[1].Tokens[..3], "down");
        var beams = model.Generator.BeamSearch(both, new() { Width = 2 }, new() { MaximumLength = 4 });
        CollectionAssert.AreEqual(written[1].Tokens, beams[1][0].Tokens);

        // A row's score is that of its tokens by its own inputs, whatever else is scored with it.
        var rows = Rows(12, seed: 5);
        var scores = model.Transform(Keyed(rows)).GetColumn<float[]>("Score").ToArray();
        for (var i = 0; i < rows.Length; i++)
        {
            var alone = GenerationInput.FromPrompts([[first, .. rows[i].Target.Select(word => Number(word[0] - 'a'))]])
                .With("Style", TensorData.Vector(rows[i].Style == "up" ? 1L : 2L)).With("Facts", TensorData.Create(rows[i].Facts, 1, 2));
            Close(scores[i], Array.ConvertAll(model.Generator.Score(alone)[0].LogProbabilities, value => (float)value));
        }
    }

    [TestMethod]
    public void What_the_inputs_tell_is_less_to_guess()
    {
        var options = LanguageOptions(SequenceDecoder.Gru(24), epochs: 20);
        options.Inputs = [];
        using var alone = Ml.Sequences().LanguageModel(options).Fit(Keyed(Rows(160)));
        var test = Keyed(Rows(60, seed: 2));
        Assert.IsLessThan(alone.Evaluate(test).NatsPerToken - 0.1, Language.Value.Evaluate(test).NatsPerToken);
    }

    [TestMethod]
    public void Saved_and_exported_language_models_write_and_score_alike()
    {
        var model = Language.Value;
        var data = Ml.Data.LoadFromEnumerable(Rows(10, seed: 3));
        var chain = Keys().Fit(Ml.Data.LoadFromEnumerable(Rows(160))).Append(model);
        var expected = chain.Transform(data).GetColumn<float[]>("Score").ToArray();
        using var file = new MemoryStream();
        Ml.Model.Save(chain, data.Schema, file);
        foreach (var loaded in (ITransformer[])[Ml.Model.Load(file, out _), Ml.Model.LoadSequenceGraph(file, out _)])
        {
            foreach (var (left, right) in expected.Zip(loaded.Transform(data).GetColumn<float[]>("Score")))
                Close(left, right);
            using var engine = Ml.Model.CreatePredictionEngine<Row, Scored>(loaded);
            Close(expected[4], engine.Predict(Rows(10, seed: 3)[4]).Score);
        }
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.Path);
        using var generator = SequenceGenerator.Load(folder.File("decoder.onnx"), folder.File("encoder.onnx"));
        var input = GenerationInput.FromPrompts([model.StartToken, Number(1)]).With("Style", TensorData.Vector(1L))
            .With("Facts", TensorData.Create<float>([1, 0], 1, 2));
        CollectionAssert.AreEqual(model.Generator.Greedy(input)[0].Tokens, generator.Greedy(input)[0].Tokens);
        Assert.IsFalse(generator.ReadsSource);
    }

    [TestMethod]
    public void A_translator_writes_by_its_inputs_also_when_it_was_saved()
    {
        var model = Translator.Value;
        Assert.IsLessThan(1e-4, model.Verification.LargestDifference);
        var rows = Rows(40, seed: 4);
        var data = Keyed(rows);
        var written = model.Transform(data).GetColumn<uint[]>("PredictedLabel").ToArray();
        var right = rows.Zip(written).Count(pair => pair.First.Target.Select(word => Number(word[0] - 'a'))
            .SequenceEqual(pair.Second.Select(token => (long)token)));
        Assert.IsGreaterThan(36, right);
        using var file = new MemoryStream();
        Ml.Model.Save(model, data.Schema, file);
        foreach (var loaded in (ITransformer[])[Ml.Model.Load(file, out _), Ml.Model.LoadSequenceGraph(file, out _)])
        {
            var again = loaded.Transform(data).GetColumn<uint[]>("PredictedLabel").ToArray();
            for (var i = 0; i < written.Length; i++)
                CollectionAssert.AreEqual(written[i], again[i]);
            (loaded as IDisposable)?.Dispose();
        }
    }

    [TestMethod]
    public void Series_and_tokens_of_a_row_tell_how_to_write_too()
    {
        var options = TranslationOptions();
        options.Inputs = [InputColumn.Series("Series"), InputColumn.Category("Style", 2), InputColumn.Tokens("Words", 3)];
        options.Epochs = 2;
        using (var translator = Ml.Sequences().Translation(options).Fit(Keyed(Rows(40))))
            AssertSavedAlike(translator, "PredictedLabel", steps: 2);
        foreach (var input in (InputColumn[])[InputColumn.Series("Series"), InputColumn.Tokens("Words", 3)])
        {
            var language = LanguageOptions(SequenceDecoder.Gru(24), epochs: 20);
            language.Inputs = [input];
            using var model = Ml.Sequences().LanguageModel(language).Fit(Keyed(Rows(160)));
            Assert.IsLessThan(1e-4, model.Verification.LargestDifference);
            var test = Keyed(Rows(60, seed: 2));
            Assert.AreEqual(Language.Value.Evaluate(test).NatsPerToken, model.Evaluate(test).NatsPerToken, 0.1, "as with the style itself");
            AssertSavedAlike(model, "Score", steps: 1);
        }
        Row[] bad = [.. Rows(5)];
        bad[2].Series = [];
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() =>
            Ml.Sequences().Translation(options).Fit(Keyed(bad))).Message, "Column 'Series', row 2: the sequence is empty");
    }

    // Rows alone, in batches, and after saving: the same, whatever the lengths beside them.
    private static void AssertSavedAlike(GenerativeTransformer model, string column, int steps)
    {
        Row[] rows = [.. Rows(12, seed: 6)];
        var data = Keyed(rows);
        float[][] Read(IDataView view) => column == "Score" ? [.. view.GetColumn<float[]>(column)]
            : [.. view.GetColumn<uint[]>(column).Select(keys => Array.ConvertAll(keys, key => (float)key))];
        var expected = Read(model.Transform(data));
        for (var i = 0; i < rows.Length; i++)
            Close(expected[i], Read(model.Transform(Keyed([rows[i]])))[0]);
        using var file = new MemoryStream();
        Ml.Model.Save(model, data.Schema, file);
        foreach (var loaded in (ITransformer[])[Ml.Model.Load(file, out _), Ml.Model.LoadSequenceGraph(file, out _)])
        {
            var again = Read(loaded.Transform(data));
            for (var i = 0; i < rows.Length; i++)
                Close(expected[i], again[i]);
            (loaded as IDisposable)?.Dispose();
        }
        Assert.HasCount(steps, model.Info.Sides.Where(side => !side.Kind.IsRow()));
    }

    private static IEnumerable<object[]> Decoders =>
    [
        [SequenceDecoder.Transformer(new() { Hidden = 16, Heads = 2, Layers = 1 })],
        [SequenceDecoder.Lstm(12, layers: 2)],
        [SequenceDecoder.Jordan(8, 8)],
        [SequenceDecoder.Window(2, 8)],
    ];

    [TestMethod]
    [DynamicData(nameof(Decoders))]
    public void Every_decoder_takes_inputs(SequenceDecoder decoder)
    {
        using var model = Ml.Sequences().LanguageModel(LanguageOptions(decoder, epochs: 1)).Fit(Keyed(Rows(20)));
        Assert.IsLessThan(1e-4, model.Verification.LargestDifference);
        float[] Scores(string style) => model.Transform(Keyed([new Row { Target = ["a", "b"], Style = style, Facts = [0, 0] }]))
            .GetColumn<float[]>("Score").Single();
        Assert.AreNotEqual(Scores("up")[0], Scores("down")[0]);
        CollectionAssert.AreEqual(Scores("sideways"), Scores(""), "a category unknown is as one that is missing");
    }

    [TestMethod]
    public void Scheduled_sampling_keeps_the_inputs()
    {
        var options = LanguageOptions(SequenceDecoder.Gru(24), epochs: 20);
        options.ScheduledSampling = 0.2f;
        using var model = Ml.Sequences().LanguageModel(options).Fit(Keyed(Rows(160)));
        Assert.IsGreaterThan(0.7, model.Evaluate(Keyed(Rows(60, seed: 2))).TokenAccuracy);
    }

    [TestMethod]
    public void Inputs_that_do_not_fit_are_named()
    {
        void Fails(string message, params InputColumn[] inputs)
        {
            var options = LanguageOptions(SequenceDecoder.Gru(4), epochs: 1);
            options.Inputs = inputs;
            var error = Assert.ThrowsExactly<ArgumentException>(() => Ml.Sequences().LanguageModel(options).Fit(Keyed(Rows(5))));
            StringAssert.Contains(error.Message, message);
        }
        Fails("Column 'Series' is Vector<Single>: expected tokens, a vector of keys", InputColumn.Tokens("Series"));
        Fails("Column 'Style': Placement is Summary, but inputs stand beside each token that is written; expected Steps",
            InputColumn.Category("Style") with { Placement = InputPlacement.Summary });
        Fails("a name the model uses itself", InputColumn.Vector("Facts") with { Name = "position" });
        Fails("Column 'Nothing' not found", InputColumn.Vector("Nothing"));
        Fails("TokenColumnName is 'Target'", InputColumn.Tokens("Target"));
        Row[] rows = [.. Rows(5)];
        rows[3].Facts = [1, float.NaN];
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() =>
            Ml.Sequences().LanguageModel(LanguageOptions(SequenceDecoder.Gru(4), epochs: 1)).Fit(Keyed(rows))).Message,
            "Column 'Facts', row 3");
    }

    [TestMethod]
    public void Generation_names_inputs_that_are_missing_or_of_another_shape()
    {
        var generator = Language.Value.Generator;
        var prompt = GenerationInput.FromPrompts([Number(1)], [Number(2)]).With("Facts", TensorData.Create<float>([1, 0, 1, 0], 2, 2));
        void Fails(string message, GenerationInput input) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => generator.Greedy(input)).Message, message);
        Fails("The model reads the input Style: Int64 [batch]", prompt);
        Fails("Input 'Style' is Int64 [1] for 2 sequences", prompt.With("Style", TensorData.Vector(1L)));
        Fails("The model has no input 'Mood'; its further inputs: Style", prompt.With("Mood", TensorData.Vector(1L, 1L)));
    }

    // As keys: a is 1.
    private static long Number(int letter) => letter + 1;

    private static Row[] Rows(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            // The first rows name all letters and styles in order: keys are the same in every view.
            var up = i == 0 || (i != 1 && random.Next(2) == 0);
            int[] numbers = i == 0 ? [0, 1, 2, 3, 4, 5, 6, 7] : [.. Enumerable.Range(random.Next(5), random.Next(3, 5)).Select(n => n % 8)];
            string[] words = [.. numbers.Select(number => ((char)('a' + number)).ToString())];
            return new Row
            {
                Source = words, Target = up ? words : [.. words.Reverse()], Style = up ? "up" : "down",
                Facts = [up ? 1 : -1, random.NextSingle()], Series = [.. Enumerable.Range(0, 1 + i % 3).Select(n => up ? 1f + n : -1 - n)],
                Words = i == 0 ? ["a", "b", "c", "d"]
                    : [.. Enumerable.Range(0, 1 + i % 4).Select(n => (up ? "ab" : "cd")[n % 2].ToString())],
            };
        })];
    }

    private static EstimatorChain<Microsoft.ML.Transforms.ValueToKeyMappingTransformer> Keys() =>
        Ml.Transforms.Conversion.MapValueToKey("Source").Append(Ml.Transforms.Conversion.MapValueToKey("Target"))
            .Append(Ml.Transforms.Conversion.MapValueToKey("Style")).Append(Ml.Transforms.Conversion.MapValueToKey("Words"));

    private static IDataView Keyed(Row[] rows) =>
        Keys().Fit(Ml.Data.LoadFromEnumerable(Rows(2))).Transform(Ml.Data.LoadFromEnumerable(rows));

    private static LanguageModelTrainer.Options LanguageOptions(SequenceDecoder decoder, int epochs) => new()
    {
        TokenColumnName = "Target", Inputs = [InputColumn.Category("Style", 2), InputColumn.Vector("Facts")], Decoder = decoder,
        EmbeddingSize = 12, Epochs = epochs, BatchSize = 16, LearningRate = 1e-2f, Seed = 1, Target = ExecutionTarget.Cpu(1),
    };

    private static TranslationTrainer.Options TranslationOptions() => new()
    {
        Inputs = [InputColumn.Category("Style", 2)], Encoder = SequenceNetwork.Gru(24),
        Decoder = SequenceDecoder.Gru(24, attention: SourceAttention.Additive(12)), EmbeddingSize = 12, Epochs = 40, BatchSize = 16,
        LearningRate = 1e-2f, BeamWidth = 2, MaximumLength = 10, Seed = 1, Target = ExecutionTarget.Cpu(1),
    };

    private static void Close(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-4f);
    }
}
