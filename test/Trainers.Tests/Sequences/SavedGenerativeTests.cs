using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Language models and translators in ML.NET's model files.</summary>
[TestClass]
public class SavedGenerativeTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly ITransformer ToTokens = TokenColumns().Fit(Ml.Data.LoadFromEnumerable(Sentences(200)));

    private static readonly TranslationTransformer Translator = TrainTranslator(3);

    private static readonly LanguageModelTransformer Language = TrainLanguageModel(addBeginEndTokens: true);

    private sealed class Sentence
    {
        public string Source { get; set; } = "";

        public string Target { get; set; } = "";
    }

    private sealed class Text
    {
        public int[] Features { get; set; } = [];
    }

    private sealed class Translated
    {
        public uint[] PredictedLabel { get; set; } = [];

        public float Score { get; set; }
    }

    private sealed class Rated
    {
        public float[] Score { get; set; } = [];
    }

    [ClassCleanup]
    public static void Unload()
    {
        Translator.Dispose();
        Language.Dispose();
    }

    [TestMethod]
    public void Translators_load_with_the_same_translations()
    {
        var rows = Tokens(Sentences(40));
        var loaded = Reload(Translator, rows.Schema);
        Assert.IsNotInstanceOfType<TranslationTransformer>(loaded);
        var expected = Translator.Transform(rows);
        var actual = loaded.Transform(rows);
        Assert.IsGreaterThan(1, expected.GetColumn<uint[]>("PredictedLabel").Distinct().Count());
        Same(expected, actual);
        Assert.AreEqual(expected.Schema["PredictedLabel"].Type, actual.Schema["PredictedLabel"].Type);
        CollectionAssert.AreEqual(KeyValues(expected.Schema["PredictedLabel"]), KeyValues(actual.Schema["PredictedLabel"]));
        Assert.DoesNotContain(column => column.Name.StartsWith("mlseqgraph.", StringComparison.Ordinal), actual.Schema);
    }

    [TestMethod]
    public void A_whole_pipeline_translates_in_an_engine_after_loading()
    {
        var sentences = Ml.Data.LoadFromEnumerable(Sentences(30));
        var chain = TokenColumns().Fit(sentences).Append(Translator);
        var loaded = Reload(chain, sentences.Schema);
        // Disposing of an engine disposes of its model, too.
        var before = Ml.Model.CreatePredictionEngine<Sentence, Translated>(chain);
        using var after = new MLContext().Model.CreatePredictionEngine<Sentence, Translated>(loaded);
        foreach (var sentence in Sentences(5))
        {
            var (expected, actual) = (before.Predict(sentence), after.Predict(sentence));
            CollectionAssert.AreEqual(expected.PredictedLabel, actual.PredictedLabel);
            Assert.AreEqual(expected.Score, actual.Score, 1e-5f);
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Language_models_load_with_the_same_scores(bool addBeginEndTokens)
    {
        using var trained = TrainLanguageModel(addBeginEndTokens);
        var rows = Ml.Data.LoadFromEnumerable(Texts(20));
        var loaded = Reload(trained, rows.Schema);
        var (expected, actual) = (Scores(trained.Transform(rows)), Scores(loaded.Transform(rows)));
        Assert.HasCount(20, actual);
        foreach (var ((left, right), text) in expected.Zip(actual).Zip(Texts(20)))
        {
            Assert.HasCount(text.Features.Length - (addBeginEndTokens ? 0 : 1), left);
            Close(left, right);
        }
        using var engine = new MLContext().Model.CreatePredictionEngine<Text, Rated>(loaded);
        Close(expected[3], engine.Predict(Texts(20)[3]).Score);
    }

    [TestMethod]
    public void Tokens_outside_the_vocabulary_stay_unknown_after_loading()
    {
        var rows = Ml.Data.LoadFromEnumerable([new Text { Features = [1, 99, -3, 2] }, new Text { Features = [4, 5, 6] }]);
        foreach (var (left, right) in Scores(Language.Transform(rows)).Zip(Scores(Reload(Language, rows.Schema).Transform(rows))))
            Close(left, right);
    }

    [TestMethod]
    public void LoadSequenceGraph_gives_the_transformers_again()
    {
        var sentences = Ml.Data.LoadFromEnumerable(Sentences(12));
        var fitted = TokenColumns().Fit(sentences).Append(Translator);
        using var stream = Saved(fitted, sentences.Schema);
        var loaded = new MLContext().Model.LoadSequenceGraph(stream, out var schema,
            new() { BatchRows = 7, Target = ExecutionTarget.Cpu(1) });
        Assert.IsNotNull(schema.GetColumnOrNull("Source"));
        using var translator = Only<TranslationTransformer>(loaded);
        Assert.AreEqual(Translator.Info.Generation!.Beam, translator.Info.Generation!.Beam);
        Assert.AreEqual(Translator.Info.Generation.MaximumLength, translator.Info.Generation.MaximumLength);
        Assert.AreEqual(Translator.Verification, translator.Verification);
        Assert.AreEqual(Translator.History.ToString(), translator.History.ToString());
        Assert.AreEqual(Translator.History.StoppedBecause, translator.History.StoppedBecause);
        Assert.AreEqual(ExecutionTarget.Cpu(1), translator.Target);
        Same(fitted.Transform(sentences), loaded.Transform(sentences));
        using TemporaryFolder left = new(), right = new();
        Translator.ExportToOnnx(left.Path);
        translator.ExportToOnnx(right.Path);
        foreach (var file in (string[])["encoder.onnx", "decoder.onnx", "greedy.onnx"])
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(left.Path, file)), File.ReadAllBytes(Path.Combine(right.Path, file)),
                file);

        using var again = Saved(translator, Tokens(Sentences(1)).Schema);
        using var twice = Only<TranslationTransformer>(new MLContext().Model.LoadSequenceGraph(again, out _));
        Same(translator.Transform(Tokens(Sentences(5))), twice.Transform(Tokens(Sentences(5))));
    }

    [TestMethod]
    public void A_language_model_that_is_loaded_again_evaluates_and_writes()
    {
        var rows = Ml.Data.LoadFromEnumerable(Texts(20));
        using var stream = Saved(Language, rows.Schema);
        using var model = Only<LanguageModelTransformer>(new MLContext().Model.LoadSequenceGraph(stream, out _));
        Assert.AreEqual(Language.Evaluate(rows).NatsPerToken, model.Evaluate(rows).NatsPerToken, 1e-6);
        Assert.AreEqual(Language.StartToken, model.StartToken);
        var prompt = GenerationInput.FromPrompts([model.StartToken]);
        CollectionAssert.AreEqual(Language.Generator.Greedy(prompt)[0].Tokens, model.Generator.Greedy(prompt)[0].Tokens);
    }

    [TestMethod]
    public void Loaded_models_name_bad_rows()
    {
        var loaded = Reload(Language, Ml.Data.LoadFromEnumerable(Texts(1)).Schema);
        using var engine = new MLContext().Model.CreatePredictionEngine<Text, Rated>(loaded);
        StringAssert.Contains(Assert.Throws<Exception>(() => engine.Predict(new Text())).ToString(),
            "Column 'Features': the sequence is empty");
    }

    [TestMethod]
    public void Flipped_bits_of_exported_files_are_refused()
    {
        using var folder = new TemporaryFolder();
        Translator.ExportToOnnx(folder.Path);
        foreach (var name in (string[])["encoder.onnx", "decoder.onnx"])
        {
            var whole = File.ReadAllBytes(folder.File(name));
            byte[] damaged = [.. whole];
            damaged[damaged.Length * 3 / 4] ^= 1;
            File.WriteAllBytes(folder.File(name), damaged);
            var error = Assert.ThrowsExactly<InvalidDataException>(() =>
                SequenceGenerator.Load(folder.File("decoder.onnx"), folder.File("encoder.onnx")));
            StringAssert.Contains(error.Message, $"'{folder.File(name)}': its content was changed or damaged");
            Assert.ThrowsExactly<InvalidDataException>(() => SequenceGenerator.Load(
                File.ReadAllBytes(folder.File("decoder.onnx")), File.ReadAllBytes(folder.File("encoder.onnx"))));
            File.WriteAllBytes(folder.File(name), whole);
        }
        using var loaded = SequenceGenerator.Load(folder.File("decoder.onnx"), folder.File("encoder.onnx"));
        Assert.IsTrue(loaded.ReadsSource);
    }

    [TestMethod]
    public void Damaged_models_are_errors()
    {
        using var model = TrainLanguageModel(addBeginEndTokens: false);
        var models = new GenerativeModels(null, [1, 2, 3], [4]);
        var bytes = new GenerativePayload(models, model.Info, model.History).ToBytes();
        Assert.IsNull(GenerativePayload.Parse(bytes).Models.Encoder);
        CollectionAssert.AreEqual(models.Decoder, GenerativePayload.Parse(bytes).Models.Decoder);
        for (var length = 0; length < bytes.Length; length += 13)
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => GenerativePayload.Parse(bytes[..length])).Message,
                "it is cut off");
        foreach (var (text, by) in ((string, string)[])[("\"version\":2", "\"version\":9"), ("\"inputs\"", "\"other\""),
            ("\"vocabulary\":", "\"Vocabulary\":"), ("{", "[")])
        {
            var json = System.Text.Encoding.Latin1.GetString(bytes);
            Assert.Contains(text, json);
            var at = json.IndexOf(text, StringComparison.Ordinal);
            var damaged = System.Text.Encoding.Latin1.GetBytes(json[..at] + by + json[(at + text.Length)..]);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => GenerativePayload.Parse(damaged), text).Message,
                "The saved language model or translator");
        }
    }

    private static EstimatorChain<Microsoft.ML.Transforms.ValueToKeyMappingTransformer> TokenColumns() =>
        Ml.Transforms.Text.TokenizeIntoWords("SourceWords", "Source").Append(Ml.Transforms.Text.TokenizeIntoWords("TargetWords", "Target"))
            .Append(Ml.Transforms.Conversion.MapValueToKey([new("Source", "SourceWords"), new("Target", "TargetWords")]));

    private static IDataView Tokens(Sentence[] sentences) => ToTokens.Transform(Ml.Data.LoadFromEnumerable(sentences));

    private static Sentence[] Sentences(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int[] numbers = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(6))];
            string Join(string prefix) => string.Join(' ', numbers.Select(number => prefix + number));
            return new Sentence { Source = Join("s"), Target = Join("t") };
        })];
    }

    private static Text[] Texts(int count) =>
        [.. Enumerable.Range(0, count).Select(row => new Text { Features = [.. Enumerable.Range(row, 2 + row % 5).Select(i => i % 5)] })];

    private static TranslationTransformer TrainTranslator(int beams) => Ml.Sequences().Translation(new TranslationTrainer.Options
    {
        Encoder = SequenceNetwork.Gru(16), Decoder = SequenceDecoder.Gru(16, attention: SourceAttention.Additive(8)), EmbeddingSize = 12,
        Epochs = 6, BatchSize = 16,
        LearningRate = 1e-2f, BeamWidth = beams, MaximumLength = 9, Seed = 1, Target = ExecutionTarget.Cpu(1),
    }).Fit(Tokens(Sentences(200)));

    private static LanguageModelTransformer TrainLanguageModel(bool addBeginEndTokens) =>
        Ml.Sequences().LanguageModel(new LanguageModelTrainer.Options
    {
        Decoder = SequenceDecoder.Transformer(new() { Hidden = 16, Heads = 2, Layers = 1, Positions = PositionEncoding.Rotary }),
        EmbeddingSize = 16, Epochs = 4, BatchSize = 8,
        LearningRate = 1e-2f, AddBeginEndTokens = addBeginEndTokens, Seed = 1, Target = ExecutionTarget.Cpu(1),
    }).Fit(Ml.Data.LoadFromEnumerable(Texts(60)));

    private static MemoryStream Saved(ITransformer model, DataViewSchema schema)
    {
        var stream = new MemoryStream();
        new MLContext().Model.Save(model, schema, stream);
        stream.Position = 0;
        return stream;
    }

    private static ITransformer Reload(ITransformer model, DataViewSchema schema)
    {
        using var stream = Saved(model, schema);
        return new MLContext().Model.Load(stream, out _);
    }

    private static T Only<T>(ITransformer loaded) where T : class =>
        loaded as T ?? ((IEnumerable<ITransformer>)loaded).Select(inner => inner as T).OfType<T>().Single();

    private static void Same(IDataView expected, IDataView actual)
    {
        var (left, right) = (expected.GetColumn<uint[]>("PredictedLabel").ToArray(), actual.GetColumn<uint[]>("PredictedLabel").ToArray());
        Assert.HasCount(left.Length, right);
        for (var row = 0; row < left.Length; row++)
            CollectionAssert.AreEqual(left[row], right[row]);
        Close([.. expected.GetColumn<float>("Score")], [.. actual.GetColumn<float>("Score")]);
    }

    private static void Close(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5f);
    }

    private static float[][] Scores(IDataView view) => [.. view.GetColumn<float[]>("Score")];

    private static string[] KeyValues(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }
}
