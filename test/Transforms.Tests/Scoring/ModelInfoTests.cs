using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Scoring;

[TestClass]
public class ModelInfoTests
{
    private static readonly ModelInfo Tagger = TestModels.Info(ModelTask.Tagging, TestModels.Keys);

    private static Dictionary<string, string> Metadata(string key, string? value)
    {
        var metadata = new Dictionary<string, string>(Tagger.ToMetadata());
        metadata.Remove(key);
        if (value is not null)
            metadata[key] = value;
        return metadata;
    }

    private static void AssertRefused(string key, string? value, string expected)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => ModelInfo.Read(Metadata(key, value), "model.onnx"));
        StringAssert.Contains(error.Message, expected);
        StringAssert.StartsWith(error.Message, "model.onnx");
    }

    [TestMethod]
    public void MetadataReadsBackAsItWasWritten()
    {
        var read = ModelInfo.Read(Tagger.ToMetadata(), "model.onnx");
        Assert.AreEqual(Tagger.Task, read.Task);
        Assert.AreEqual(Tagger.Input, read.Input);
        Assert.AreEqual(Tagger.Versions, read.Versions);
        Assert.AreEqual(Tagger.Verification, read.Verification);
        Assert.AreEqual("String", read.Labels!.Type);
        CollectionAssert.AreEqual(Tagger.Labels!.Values!.ToArray(), read.Labels.Values!.ToArray());

        var plain = new ModelInfo(ModelTask.Regression, TestModels.Real with { FixedLength = 7 }, null,
            new("0.1.0", 18, "1.29"));
        Assert.AreEqual(plain, ModelInfo.Read(plain.ToMetadata(), "model.onnx"));
    }

    [TestMethod]
    public void MetadataHasTheDocumentedForm()
    {
        var metadata = Tagger.ToMetadata();
        Assert.AreEqual("1", metadata["mlseqgraph.format"]);
        Assert.AreEqual("sequence-tagging", metadata["mlseqgraph.task"]);
        Assert.AreEqual("""{"kind":"tokens","column":"Words","featureCount":0,"vocabulary":6,"tokenOffset":0,"itemType":"UInt32"}""",
            metadata["mlseqgraph.input"]);
        Assert.AreEqual("""{"count":3,"type":"String","values":["left","right","both"]}""", metadata["mlseqgraph.labels"]);
        Assert.AreEqual("""{"mlseqgraph":"0.1.0","opset":18,"onnxruntime":"1.29"}""", metadata["mlseqgraph.versions"]);
        Assert.AreEqual("""{"tolerance":0.0001,"largestDifference":1E-07,"cases":5}""", metadata["mlseqgraph.verification"]);
    }

    [TestMethod]
    public void WhatIsMissingOrWrongIsNamed()
    {
        AssertRefused(ModelFormat.FormatKey, null, "is not a model of MLSeqGraph: it has no metadata 'mlseqgraph.format'");
        AssertRefused(ModelFormat.FormatKey, "2", "format '2'; this version of MLSeqGraph reads format '1'");
        AssertRefused(ModelFormat.TaskKey, null, "task ''");
        AssertRefused(ModelFormat.TaskKey, "translation", "task 'translation', expected one of sequence-classification");
        AssertRefused(ModelFormat.InputKey, null, "'mlseqgraph.input' is missing");
        AssertRefused(ModelFormat.InputKey, "{", "'mlseqgraph.input' can't be read");
        AssertRefused(ModelFormat.InputKey, "{}", "'mlseqgraph.input' names no column");
        AssertRefused(ModelFormat.LabelsKey, null, "'mlseqgraph.labels' is missing");
        AssertRefused(ModelFormat.LabelsKey, """{"count":0}""", "0 classes");
        AssertRefused(ModelFormat.LabelsKey, """{"count":2,"type":"String","values":["a"]}""", "1 values for 2 classes");
        AssertRefused(ModelFormat.LabelsKey, """{"count":2,"values":["a","b"]}""", "values without a type");
        AssertRefused(ModelFormat.LabelsKey, """{"count":2,"type":"String","values":["a","a"]}""", "a value twice");
        AssertRefused(ModelFormat.LabelsKey, """{"count":1,"type":"Single","values":["a"]}""", "'a', which is no Single");
        AssertRefused(ModelFormat.LabelsKey, """{"count":1,"type":"String","values":[null]}""", "which is no String");
        AssertRefused(ModelFormat.LabelsKey, """{"count":1,"type":"Word","values":["a"]}""", "unknown type 'Word'");
        AssertRefused(ModelFormat.VersionsKey, null, "'mlseqgraph.versions' is missing");
    }

    [TestMethod]
    public void AnInputIsCheckedBeforeItIsWritten()
    {
        void Refuse(ModelInput input, string expected) => StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => (Tagger with { Input = input }).ToMetadata()).Message, expected);
        Refuse(TestModels.Real with { FeatureCount = 0 }, "featureCount 0");
        Refuse(TestModels.Keys with { Vocabulary = 1 }, "vocabulary 1");
        Refuse(TestModels.Keys with { ItemType = "Int32" }, "itemType 'Int32' with tokenOffset 0");
        Refuse(TestModels.Keys with { TokenOffset = 2 }, "tokenOffset 2");
        Refuse(TestModels.Real with { FixedLength = 0 }, "fixedLength 0");
    }

    [TestMethod]
    public void AnInputDescribesAColumn()
    {
        var data = TestRows.All(1);
        ModelInput Of(string column, int? features = null, int? vocabulary = null) =>
            ModelInput.Of(SequenceColumn.FromSchema(data.Schema, column, features, vocabulary));
        Assert.AreEqual(TestModels.Real, Of("Values", TestModels.Features));
        Assert.AreEqual(TestModels.Real with { Column = "Square", FixedLength = 4 }, Of("Square"));
        Assert.AreEqual(TestModels.Keys, Of("Words"));
        Assert.AreEqual(TestModels.Keys with { Column = "Bytes", ItemType = "Byte" }, Of("Bytes"));
        Assert.AreEqual(TestModels.Keys with { Column = "Int64s", ItemType = "Int64", TokenOffset = 1 }, Of("Int64s", vocabulary: 5));
    }

    [TestMethod]
    public void LabelsAreReadFromKeyValues()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(new[] { new Labeled { Text = "b", Number = 2.5f }, new Labeled { Text = "a", Number = -1 } });
        var keys = ml.Transforms.Conversion.MapValueToKey("TextKey", "Text").Append(
            ml.Transforms.Conversion.MapValueToKey("NumberKey", "Number"))
            .Fit(data).Transform(data).Schema;
        var text = ModelLabels.Of(keys["TextKey"]);
        Assert.AreEqual("String b,a", $"{text.Type} {string.Join(',', text.Values!)}");
        var number = ModelLabels.Of(keys["NumberKey"]);
        Assert.AreEqual("Single 2.5,-1", $"{number.Type} {string.Join(',', number.Values!)}");
        Assert.AreEqual(new ModelLabels(4), ModelLabels.Of(keys["Plain"]));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ModelLabels.Of(keys["Text"])).Message,
            "'Text' is String");
    }

    private sealed class Labeled
    {
        public string Text { get; set; } = "";

        public float Number { get; set; }

        [KeyType(4)]
        public uint Plain { get; set; }
    }
}
