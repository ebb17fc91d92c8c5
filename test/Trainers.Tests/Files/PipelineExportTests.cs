using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Files;

/// <summary>Files of whole pipelines: raw columns in, names of classes out.</summary>
[TestClass]
public class PipelineExportTests
{
    private static readonly MLContext Ml = new(1);

    private readonly TemporaryFolder _folder = new();

    private sealed class Question
    {
        public string Label { get; set; } = "";

        public string Text { get; set; } = "";
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";

        [VectorType(8)]
        public float[] Series { get; set; } = [];

        [VectorType(2)]
        public float[] Facts { get; set; } = [];

        public string Place { get; set; } = "";

        public int Shelf { get; set; }

        public string[] Tags { get; set; } = [];

        public string Label { get; set; } = "";

        public float Number { get; set; }
    }

    [TestCleanup]
    public void Clean() => _folder.Dispose();

    private static Row[] Rows(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            string[] all = ["red", "Green", "blue", "ünï", "x"];
            string[] words = [.. Enumerable.Range(0, 2 + i % 4).Select(_ => all[random.Next(5)])];
            return new Row
            {
                Text = (i % 3 == 0 ? "  " : "") + string.Join(i % 2 == 0 ? " " : "  ", words),
                Series = [.. Enumerable.Range(0, 8).Select(_ => 100 * random.NextSingle())],
                Facts = [1000 * random.NextSingle(), random.NextSingle()], Place = i % 2 == 0 ? "coast" : "inland",
                Shelf = 10 * (i % 3),
                Tags = Array.ConvertAll(words, word => word.Length > 3 ? "long" : "short"),
                Label = words.Contains("red") ? "with red" : "without", Number = words.Length,
            };
        })];
    }

    private static IEstimator<ITransformer> Words(int most = 1000000, params char[] separators) =>
        Ml.Transforms.Text.TokenizeIntoWords("Words", "Text", separators.Length == 0 ? null : separators)
            .Append(Ml.Transforms.Conversion.MapValueToKey("Features", "Words", maximumNumberOfKeys: most));

    private static SequenceClassificationTrainer.Options Classifier(params InputColumn[] inputs) => new()
    {
        Network = SequenceNetwork.Lstm(6), EmbeddingSize = 5, Epochs = 2, BatchSize = 8, LearningRate = 0.02f, Inputs = inputs,
        Target = ExecutionTarget.Cpu(1),
    };

    private OnnxSession Export(ITransformer model, IDataView rows, OnnxExportOptions? options = null)
    {
        Ml.Model.ExportToOnnx(model, rows, _folder.File("model.onnx"), options);
        return OnnxSession.Load(_folder.File("model.onnx"), ExecutionTarget.Cpu(1));
    }

    private static string[] Labels(OnnxSession session, params string[] texts) =>
        session.Run(new Dictionary<string, TensorData> { ["Text"] = TensorData.Vector(texts) })["PredictedLabel"].As<string>();

    [TestMethod]
    public void Texts_become_names_of_classes_as_in_the_pipeline()
    {
        if (SharedFolder.Data is not { } data)
        {
            Assert.Inconclusive(SharedFolder.NoData);
            return;
        }
        string[][] lines = [.. File.ReadLines(Path.Combine(data, "trec", "train.tsv")).Take(1500).Select(line => line.Split('\t'))];
        var rows = Ml.Data.LoadFromEnumerable(lines.Take(1000).Select(line => new Question { Label = line[0], Text = line[2] }).ToArray());
        var others = lines.Skip(1000).Select(line => new Question { Label = line[0], Text = line[2] }).ToArray();
        var test = Ml.Data.LoadFromEnumerable(others);
        var options = Classifier();
        (options.Network, options.EmbeddingSize) = (SequenceNetwork.Lstm(32, bidirectional: true), 48);
        var model = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Words(2000)).Append(Ml.Sequences().Classification(options))
            .Append(Ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel")).Fit(rows);
        using var session = Export(model, test);
        var info = ModelInfo.Read(session.Metadata, "model.onnx");
        Assert.AreEqual(500, info.Preparation!.Rows);
        Assert.IsLessThanOrEqualTo(1e-6, info.Preparation.LargestDifference);
        string[] expected = [.. model.Transform(test).GetColumn<string>("Answer")];
        CollectionAssert.AreEqual(expected, Labels(session, [.. others.Select(row => row.Text)]));
        Assert.IsGreaterThan(2, expected.Distinct().Count());
        var size = new FileInfo(_folder.File("model.onnx")).Length;
        foreach (var (precision, share) in ((Precision, double)[])[(Precision.Half, 0.55), (Precision.Int8, 0.36)])
        {
            using var small = Export(model, test, new() { Precision = precision });
            var about = ModelInfo.Read(small.Metadata, "model.onnx").Preparation!;
            Assert.AreEqual((precision, 500), (about.Precision, about.Rows));
            Assert.IsLessThanOrEqualTo(2, about.OtherLabels);
            Assert.IsGreaterThan(1e-6, about.LargestDifference);
            // the vocabulary, which stays, is large beside these few weights
            Assert.IsLessThan(share * size, new FileInfo(_folder.File("model.onnx")).Length);
        }
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => model.OfType<SequencePredictionTransformer>().Single()
            .ToOnnx(new() { Precision = Precision.Int8 })).Message, "compared on rows");
        Assert.AreEqual("Text: String [batch], column 'Text' of the pipeline: a text per row, as it is",
            info.InputTensors!.Single().ToString());
    }

    [TestMethod]
    public void Texts_that_are_empty_long_not_normalized_or_unknown_have_a_class()
    {
        var rows = Ml.Data.LoadFromEnumerable(Rows(30));
        var model = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Words()).Append(Ml.Sequences().Classification(Classifier()))
            .Fit(rows);
        using var session = Export(model, rows);
        string[] texts = ["", "   ", "entirely other words", string.Concat(Enumerable.Repeat("red blue ", 120_000)), new('r', 1 << 20),
            "u\u0308ni\u0308", "red\tblue\nx", "\0", "RED"];
        var alone = texts.Select(text => Labels(session, text)[0]).ToArray();
        CollectionAssert.AreEqual(alone, Labels(session, texts));
        Assert.IsTrue(alone.All(label => label is "with red" or "without"));
        // one unknown word each, whether there is nothing or something else
        Assert.AreEqual(alone[0], alone[1]);
        Assert.AreEqual(Labels(session, "other")[0], alone[0]);
        foreach (var (input, message) in ((TensorData, string)[])[(TensorData.Vector(1L), "Text"),
            (TensorData.Create(["a"], 1, 1), "Text")])
            StringAssert.Contains(
                Assert.Throws<Exception>(() => session.Run(new Dictionary<string, TensorData> { ["Text"] = input })).Message, message);
    }

    [TestMethod]
    public void Several_separators_and_words_split_before()
    {
        var data = Rows(30);
        foreach (var row in data)
            row.Text = row.Text.Replace("  ", ",; ", StringComparison.Ordinal);
        var rows = Ml.Data.LoadFromEnumerable(data);
        var label = Ml.Transforms.Conversion.MapValueToKey("Label");
        var three = label.Append(Words(1000, ' ', ',', ';')).Append(Ml.Sequences().Classification(Classifier())).Fit(rows);
        using (var session = Export(three, rows))
            Assert.HasCount(3, Labels(session, "red,blue;x", "", ",,;"));
        var tags = label.Append(Ml.Transforms.Conversion.MapValueToKey("Features", "Tags"))
            .Append(Ml.Sequences().Classification(Classifier())).Fit(rows);
        using var split = Export(tags, rows);
        Assert.AreEqual("Tags: String [batch, time]", split.Inputs.Single().ToString());
    }

    [TestMethod]
    public void Normalized_series_vectors_and_categories_go_in_as_they_are()
    {
        var rows = Ml.Data.LoadFromEnumerable(Rows(30));
        var options = Classifier(InputColumn.Vector("Scaled"), InputColumn.Category("PlaceKey"), InputColumn.Category("ShelfKey"));
        (options.SequenceColumnName, options.FeatureCount) = ("Waves", 2);
        var model = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.Transforms.Conversion.MapValueToKey("PlaceKey", "Place"))
            .Append(Ml.Transforms.Conversion.MapValueToKey("ShelfKey", "Shelf"))
            .Append(Ml.Transforms.NormalizeMinMax("Scaled", "Facts")).Append(Ml.Transforms.NormalizeMeanVariance("Waves", "Series"))
            .Append(Ml.Sequences().Classification(options)).Fit(rows);
        using var session = Export(model, rows);
        CollectionAssert.AreEquivalent((string[])["Series: Float [batch, 8]", "Facts: Float [batch, 2]", "Place: String [batch]",
            "Shelf: Int64 [batch]"], session.Inputs.Select(input => input.ToString()).ToArray());
        var info = ModelInfo.Read(session.Metadata, "model.onnx");
        var scalings = info.Preparation!.Scalings!;
        CollectionAssert.AreEquivalent((string[])["Series", "Facts"], scalings.Keys.ToArray());
        Assert.HasCount(8, scalings["Series"].Scale!);
        Assert.AreEqual(1 / Rows(30).Max(row => row.Facts[0]), scalings["Facts"].Scale![0], 1e-6f);
        StringAssert.Contains(info.InputTensors!.Single(tensor => tensor.Name == "Facts").Meaning, "they are scaled inside");
    }

    [TestMethod]
    public void Numbers_of_texts_and_tags_of_words_are_predicted()
    {
        var rows = Ml.Data.LoadFromEnumerable(Rows(30));
        var regression = Words().Append(Ml.Sequences().Regression(new SequenceRegressionTrainer.Options
        {
            LabelColumnName = "Number", Network = SequenceNetwork.Gru(4), EmbeddingSize = 3, Epochs = 1, Target = ExecutionTarget.Cpu(1),
        })).Fit(rows);
        using (var session = Export(regression, rows))
            Assert.HasCount(2, session.Run(new Dictionary<string, TensorData> { ["Text"] = TensorData.Vector("red", "blue x") })["Score"]
                .As<float>());
        var tagger = Ml.Transforms.Conversion.MapValueToKey("Label", "Tags").Append(Words()).Append(Ml.Sequences().Tagging(
            new SequenceTaggingTrainer.Options
            {
                Network = SequenceNetwork.Gru(4), EmbeddingSize = 3, Epochs = 15, LearningRate = 0.05f, Target = ExecutionTarget.Cpu(1),
            })).Fit(rows);
        using var tagging = Export(tagger, rows);
        CollectionAssert.AreEqual((string[])["short", "long", "short", "short", "", ""], Labels(tagging, "red  Green x", "red"));
    }

    private sealed class Tagged
    {
        public string[] Words { get; set; } = [];

        public string[] Tags { get; set; } = [];
    }

    [TestMethod]
    public void Unknown_words_before_the_end_of_given_keys_have_a_label()
    {
        string[] words = ["a", "b", "a", "b", "a", "rare"];
        var rows = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new Tagged
        {
            Words = [.. Enumerable.Range(0, 2 + i % 4).Select(t => words[(i + 5 * t) % words.Length])],
            Tags = [.. Enumerable.Range(0, 2 + i % 4).Select(t => t % 2 == 0 ? "even" : "odd")],
        }));
        var keys = Ml.Transforms.Conversion.MapValueToKey("Label", "Tags")
            .Append(Ml.Transforms.Conversion.MapValueToKey("Features", "Words", maximumNumberOfKeys: 2)).Fit(rows).Transform(rows);
        var tagger = Ml.Sequences().Tagging(new SequenceTaggingTrainer.Options
        {
            Network = SequenceNetwork.Gru(4), EmbeddingSize = 3, Epochs = 2, Target = ExecutionTarget.Cpu(1),
        }).Fit(keys);
        using var session = Export(tagger, keys);
        var labels = session.Run(new Dictionary<string, TensorData> { ["tokens"] = TensorData.Create([1L, 0, 2, 0, 1, 2, 0, 0], 2, 4) });
        var named = labels["PredictedLabel"].As<string>().Select(label => label.Length > 0).ToArray();
        CollectionAssert.AreEqual((bool[])[true, true, true, false, true, true, false, false], named);
    }

    private static IEstimator<ITransformer> Tokenized(TextTokenizationOptions options) =>
        Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.Transforms.TokenizeText("Features", "Text", options));

    [TestMethod]
    [DataRow(TextTokenizerKind.Words, false)]
    [DataRow(TextTokenizerKind.Words, true)]
    [DataRow(TextTokenizerKind.Characters, false)]
    [DataRow(TextTokenizerKind.BytePairEncoding, false)]
    public void Words_characters_and_byte_pairs_go_in_as_texts(TextTokenizerKind kind, bool lowercase)
    {
        var rows = Ml.Data.LoadFromEnumerable(Rows(30));
        var model = Tokenized(new() { Kind = kind, Lowercase = lowercase, MaximumSize = 280, AddBeginToken = true, AddEndToken = true })
            .Append(Ml.Sequences().Classification(Classifier())).Fit(rows);
        using var session = Export(model, rows, new() { WritesJson = true });
        Assert.AreEqual("Text: String [batch]", session.Inputs.Single().ToString());
        var info = ModelInfo.Read(session.Metadata, "model.onnx");
        Assert.IsNull(info.Tokenizers);
        Assert.AreEqual(30, info.Preparation!.Rows);
        StringAssert.Contains(info.Preparation.Steps.Single(), $"{info.Input.Column}: ");
        // Texts as clients have them, and what the pipeline says of each.
        string[] texts = ["", "   ", "red ünï", "RED GREEN blue", "u\u0308ni\u0308 re\u0301d",
            "something else entirely ☃ 中文 👍🏽", "\0red", "red\tblue\r\nx",
            new('r', 3000), string.Concat(Enumerable.Repeat("red blue ", 2000)), "\uFEFFred"];
        var data = Ml.Data.LoadFromEnumerable(texts.Select(text => new Row { Text = text }));
        var scored = model.Transform(data);
        var expected = scored.GetColumn<float[]>("Score").ToArray();
        var together = session.Run(new Dictionary<string, TensorData> { ["Text"] = TensorData.Vector(texts) });
        for (var i = 0; i < texts.Length; i++)
        {
            var alone = session.Run(new Dictionary<string, TensorData> { ["Text"] = TensorData.Vector([texts[i]]) });
            for (var k = 0; k < 2; k++)
            {
                Assert.AreEqual(expected[i][k], alone["Score"].As<float>()[k], 1e-6f, texts[i]);
                Assert.AreEqual(expected[i][k], together["Score"].As<float>()[2 * i + k], 1e-6f, texts[i]);
            }
        }
        foreach (var input in (TensorData[])[TensorData.Vector(1L), TensorData.Create(["a"], 1, 1)])
            StringAssert.Contains(Assert.Throws<Exception>(() =>
                session.Run(new Dictionary<string, TensorData> { ["Text"] = input })).Message, "Text");
        var megabyte = session.Run(new Dictionary<string, TensorData> { ["Text"] = TensorData.Vector([new string('r', 1 << 20)]) });
        Assert.IsTrue(float.IsFinite(megabyte["Score"].As<float>()[0]));
    }

    [TestMethod]
    [DataRow(TextTokenizerKind.Words)]
    [DataRow(TextTokenizerKind.Characters)]
    [DataRow(TextTokenizerKind.BytePairEncoding)]
    public void A_vocabulary_without_tokens_of_its_own_goes_in(TextTokenizerKind kind)
    {
        var rows = Ml.Data.LoadFromEnumerable(Rows(30));
        var model = Tokenized(new() { Kind = kind, Lowercase = kind == TextTokenizerKind.Words, MinimumCount = 1000, AddEndToken = true })
            .Append(Ml.Sequences().Classification(Classifier())).Fit(rows);
        using var session = Export(model, rows);
        Assert.HasCount(3, Labels(session, "", "red", "Blue  x"));
    }

    [TestMethod]
    public void A_text_with_more_tokens_than_allowed_is_an_error_of_the_file()
    {
        var rows = Ml.Data.LoadFromEnumerable(Rows(30));
        var model = Tokenized(new() { Kind = TextTokenizerKind.Characters, AddEndToken = true, MaximumLength = 40 })
            .Append(Ml.Sequences().Classification(Classifier())).Fit(rows);
        using var session = Export(model, rows);
        Labels(session, new string('r', 39));
        StringAssert.Contains(Assert.Throws<Exception>(() => Labels(session, "red", new string('r', 40))).Message,
            "text_has_at_most_39_tokens");
        var cut = Tokenized(new() { Kind = TextTokenizerKind.Characters, MaximumLength = 3, Truncation = TextTruncation.End })
            .Append(Ml.Sequences().Classification(Classifier())).Fit(rows);
        using var cutting = Export(cut, rows);
        CollectionAssert.AreEqual(Labels(cutting, "red"), Labels(cutting, "redundant"));
    }

    [TestMethod]
    public void Tokenizers_that_cannot_go_in_stand_in_the_metadata()
    {
        var rows = Ml.Data.LoadFromEnumerable(Rows(30));
        foreach (var kind in Enum.GetValues<TextTokenizerKind>())
        {
            var model = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.Transforms.TokenizeText("Features", "Text",
                new TextTokenizationOptions { Kind = kind, MaximumSize = 280, AddEndToken = true, PairColumnName = "Place" }))
                .Append(Ml.Sequences().Classification(Classifier())).Fit(rows);
            using var session = Export(model, rows, new() { WritesJson = true });
            var tokenizer = ModelInfo.Read(session.Metadata, "model.onnx").Tokenizers!.Single();
            var fitted = model.OfType<TextTransformer>().Single().Tokenizer;
            Assert.AreEqual(("tokens", "Text", true, false), (tokenizer.Input, tokenizer.Column, tokenizer.AddsEnd, tokenizer.AddsBegin));
            CollectionAssert.AreEqual(fitted.Vocabulary.Tokens.ToArray(), tokenizer.Vocabulary.ToArray());
            Assert.AreEqual(fitted.Vocabulary.EndId + 1, tokenizer.Special["end"]);
            Assert.AreEqual(kind == TextTokenizerKind.BytePairEncoding, tokenizer.Merges is not null);
            StringAssert.Contains(File.ReadAllText(_folder.File("mlseqgraph.json")), "\"addsEnd\": true");
            Assert.AreEqual("tokens", session.Inputs.Single().Name);
        }
    }

    [TestMethod]
    public void A_pipeline_that_was_saved_and_read_again_is_refused()
    {
        var rows = Ml.Data.LoadFromEnumerable(Rows(30));
        var model = Tokenized(new() { Kind = TextTokenizerKind.Characters }).Append(Ml.Sequences().Classification(Classifier())).Fit(rows);
        Ml.Model.Save(model, rows.Schema, _folder.File("model.zip"));
        foreach (var again in (ITransformer[])[Ml.Model.Load(_folder.File("model.zip"), out _),
            Ml.Model.LoadSequenceGraph(_folder.File("model.zip"), out _)])
            StringAssert.Contains(Assert.Throws<Exception>(() => Export(again, rows)).Message, "export it before it is saved");
    }

    [TestMethod]
    public void No_rows_to_compare_on_and_no_file_to_replace_are_refused()
    {
        var rows = Ml.Data.LoadFromEnumerable(Rows(30));
        var model = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Words()).Append(Ml.Sequences().Classification(Classifier()))
            .Fit(rows);
        foreach (var none in (IDataView[])[Ml.Data.LoadFromEnumerable(Rows(0)), Ml.Data.FilterRowsByColumn(rows, "Number", 100)])
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Export(model, none)).Message,
                "The rows given for comparison are empty");
        Directory.CreateDirectory(_folder.File("model.onnx"));
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => Export(model, rows)).Message, "it is a folder");
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() =>
            Ml.Model.SaveWhole(model, rows.Schema, _folder.File("model.onnx"))).Message, "it is a folder");
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void What_no_file_can_do_is_named()
    {
        var rows = Ml.Data.LoadFromEnumerable(Rows(30));
        void Refused(IEstimator<ITransformer> pipeline, params string[] parts)
        {
            var error = Assert.ThrowsExactly<NotSupportedException>(() => Export(pipeline.Fit(rows), rows).Dispose());
            foreach (var part in parts)
                StringAssert.Contains(error.Message, part);
            Assert.IsFalse(File.Exists(_folder.File("model.onnx")));
        }
        var label = Ml.Transforms.Conversion.MapValueToKey("Label");
        var classification = Ml.Sequences().Classification(Classifier());
        Refused(label.Append(Ml.Transforms.Text.NormalizeText("Plain", "Text"))
            .Append(Ml.Transforms.Text.TokenizeIntoWords("Words", "Plain"))
            .Append(Ml.Transforms.Conversion.MapValueToKey("Features", "Words")).Append(classification),
            "'Plain'", "TextNormalizingTransformer");
        Refused(label.Append(Words()).Append(classification).Append(Ml.Transforms.CopyColumns("Copy", "Score")),
            "ColumnCopyingTransformer");
        var model = label.Append(Words()).Append(classification).Fit(rows);
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => Export(model, rows, new() { Opset = 19 })).Message,
            "operator set 19: its StringSplit is known from 20 on");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Export(label.Fit(rows), rows)).Message, "0 models");
        Export(model, rows, new() { Opset = 21 }).Dispose();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Ml.Transforms.ApplySequenceModel(_folder.File("model.onnx"))
            .Fit(rows)).Message, "it reads what its pipeline read (Text: String [batch]");
        Assert.AreEqual(21, OnnxFile.Inspect(_folder.File("model.onnx")).Opsets[""]);
    }
}
