using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Scoring;

[TestClass]
public class ModelInfoTests
{
    private static readonly ModelInfo Tagger = TestModels.Info(ModelTask.Tagging, TestModels.Keys);

    private static readonly ModelInfo Nodes = new(ModelRows.Nodes, ModelTask.Classification,
        [ModelInput.OfNodes(ModelRows.Nodes, "Features", 4)], TestModels.Labels, new("0.1.0", 18, "1.29"))
    {
        Outputs = TestModels.Classes, Graph = new(2, 6, IsWeighted: true, IsDirected: false),
    };

    // Format 1, as it was written before there was one description for all models.
    private static Dictionary<string, string> Old(string? input = null) => new()
    {
        ["mlseqgraph.format"] = "1",
        ["mlseqgraph.task"] = "sequence-tagging",
        ["mlseqgraph.input"] = input ?? """
            {"kind":"tokens","column":"Words","featureCount":0,"vocabulary":6,"tokenOffset":0,"itemType":"UInt32","longestSequence":9}
            """,
        ["mlseqgraph.sides"] = """
            [{"kind":"vector","column":"Facts","featureCount":2,"vocabulary":0,"tokenOffset":0,"itemType":"Single","name":"facts"}]
            """,
        ["mlseqgraph.labels"] = """{"count":3,"type":"String","values":["left","right","both"]}""",
        ["mlseqgraph.vector"] = "5",
        ["mlseqgraph.versions"] = """{"mlseqgraph":"0.1.0","opset":18,"onnxruntime":"1.29"}""",
        ["mlseqgraph.verification"] = """{"tolerance":0.0001,"largestDifference":1E-07,"cases":5}""",
    };

    private static Dictionary<string, string> OldGraph(string task, string more = "") => new()
    {
        ["mlseqgraph.format"] = "1",
        ["mlseqgraph.graph"] = "{\"task\":\"" + task + "\"" + more + """
            ,"featureColumn":"Features","featureCount":4,"edgeFeatureCount":2,"relationCount":6,"isWeighted":true,"outputs":3,
            "labels":{"count":3},"versions":{"mlseqgraph":"0.1.0","opset":18,"onnxruntime":"1.29"},"fixedNodes":7,"vectorWidth":8,
            "sides":[]}
            """,
    };

    private static void AssertRefused(IReadOnlyDictionary<string, string> metadata, string expected)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => ModelInfo.Read(metadata, "model.onnx"));
        StringAssert.Contains(error.Message, expected);
        StringAssert.StartsWith(error.Message, "model.onnx");
    }

    private static Dictionary<string, string> Changed(ModelInfo info, string from, string to)
    {
        var metadata = info.ToMetadata().ToDictionary();
        Assert.Contains(from, metadata[ModelFormat.ModelKey]);
        metadata[ModelFormat.ModelKey] = metadata[ModelFormat.ModelKey].Replace(from, to, StringComparison.Ordinal);
        return metadata;
    }

    private static void AssertSame(ModelInfo expected, ModelInfo read)
    {
        CollectionAssert.AreEqual(expected.Inputs.ToArray(), read.Inputs.ToArray());
        CollectionAssert.AreEqual(expected.Labels?.Values?.ToArray(), read.Labels?.Values?.ToArray());
        Assert.AreEqual(expected with { Inputs = read.Inputs, Labels = read.Labels }, read);
    }

    [TestMethod]
    public void MetadataReadsBackAsItWasWritten()
    {
        foreach (var info in (ModelInfo[])[Tagger, Nodes, Nodes with { Rows = ModelRows.Links, Task = ModelTask.Binary, Outputs = 1,
            Labels = null, Links = new(5, 2) }, Tagger with { Inputs = [TestModels.Real with { FixedLength = 7 }] },
            Tagger with { Task = ModelTask.Translation, Generation = new(true, new() { Width = 3 }, 9) }])
            AssertSame(info, ModelInfo.Read(info.ToMetadata(), "model.onnx"));
    }

    [TestMethod]
    public void MetadataHasTheDocumentedForm()
    {
        Assert.AreEqual("3", Nodes.ToMetadata()["mlseqgraph.format"]);
        Assert.AreEqual("""{"rows":"nodes","task":"classification","inputs":[{"kind":"vector","column":"Features","featureCount":4,"""
            + """
            "vocabulary":0,"tokenOffset":0,"itemType":"Single","name":"x"}],"labels":{"count":3,"type":"String",
            """
            + """
            "values":["left","right","both"]},"versions":{"mlseqgraph":"0.1.0","opset":18,"onnxruntime":"1.29"},"outputs":3,
            """
            + """
            "graph":{"edgeFeatureCount":2,"relationCount":6,"isWeighted":true,"isDirected":false}}
            """, Nodes.ToMetadata()["mlseqgraph.model"]);
    }

    [TestMethod]
    public void MetadataOfTheFirstFormatIsRead()
    {
        var tagger = ModelInfo.Read(Old(), "model.onnx");
        AssertSame(Tagger with
        {
            VectorSize = 5,
            Inputs = [TestModels.Keys with { MaximumLength = 9, Padding = null },
                new(SequenceKind.Vector, "Facts", 2, 0, 0, "Single", Name: "facts")],
        }, tagger);
        AssertSame(Nodes with { Graph = new(2, 6, true, null, 7), Labels = new(3), VectorSize = 8 },
            ModelInfo.Read(OldGraph("node-classification"), "model.onnx"));
        var links = ModelInfo.Read(OldGraph("link-prediction", ""","links":{"width":5,"relationCount":2}""").ToDictionary(
            entry => entry.Key, entry => entry.Value.Replace("\"outputs\":3", "\"outputs\":1", StringComparison.Ordinal)), "model.onnx");
        Assert.AreEqual((ModelRows.Links, ModelTask.Binary, new ModelLinks(5, 2)), (links.Rows, links.Task, links.Links));
        Assert.AreEqual(ModelRows.Graphs, ModelInfo.Read(OldGraph("graph-classification"), "model.onnx").Rows);

        AssertRefused(OldGraph("node-translation"), "task 'node-translation', which this version of MLSeqGraph doesn't know");
        AssertRefused(OldGraph("link-prediction"), "expected 1 of yes or no");
        AssertRefused(Old("{"), "'mlseqgraph.input' can't be read");
        AssertRefused(Old("{}"), "which names no column");
        foreach (var (key, expected) in ((string, string)[])[("mlseqgraph.task", "task ''"), ("mlseqgraph.versions", "is missing"),
            ("mlseqgraph.input", "'mlseqgraph.input' is missing"), ("mlseqgraph.labels", "has no labels")])
        {
            var metadata = Old();
            metadata.Remove(key);
            AssertRefused(metadata, expected);
        }
    }

    [TestMethod]
    public void WhatIsMissingOrWrongIsNamed()
    {
        AssertRefused(new Dictionary<string, string>(), "is not a model of MLSeqGraph: it has no metadata 'mlseqgraph.format'");
        AssertRefused(new Dictionary<string, string> { ["mlseqgraph.format"] = "4" },
            "a model of format '4'; this version of MLSeqGraph reads formats '1' to '3'");
        AssertRefused(new Dictionary<string, string> { ["mlseqgraph.format"] = "2" }, "'mlseqgraph.model' is missing");
        var labels = "\"count\":3,\"type\":\"String\",\"values\":[\"left\",\"right\",\"both\"]";
        foreach (var (from, to, expected) in ((string, string, string)[])[
            ("\"tagging\"", "\"sorting\"", "'mlseqgraph.model' can't be read"), ("{\"rows\"", "[\"rows\"", "can't be read"),
            ("\"inputs\"", "\"other\"", "has no inputs"), ("\"Words\"", "\"\"", "the input 'tokens', which names no column"),
            ("\"versions\"", "\"other\"", "has no versions"), ("\"labels\"", "\"other\"", "has no labels"),
            (labels, "\"count\":0", "has 0 classes"),
            (labels, "\"count\":2,\"type\":\"String\",\"values\":[\"a\"]", "1 values for 2 classes"),
            (labels, "\"count\":2,\"values\":[\"a\",\"b\"]", "values without a type"),
            (labels, "\"count\":2,\"type\":\"String\",\"values\":[\"a\",\"a\"]", "a value twice"),
            (labels, "\"count\":1,\"type\":\"Single\",\"values\":[\"a\"]", "'a', which is no Single"),
            (labels, "\"count\":1,\"type\":\"String\",\"values\":[null]", "which is no String"),
            (labels, "\"count\":1,\"type\":\"Word\",\"values\":[\"a\"]", "unknown type 'Word'")])
            AssertRefused(Changed(Tagger, from, to), expected);
        foreach (var (from, to, expected) in ((string, string, string)[])[("\"graph\"", "\"other\"", "has no graph"),
            ("\"outputs\":3", "\"outputs\":4", "has 3 labels for 4 outputs"), ("\"outputs\":3", "\"outputs\":0", "outputs 0"),
            ("\"nodes\"", "\"links\"", "has no links"), ("\"featureCount\":4", "\"featureCount\":0", "which has featureCount 0"),
            ("\"classification\"", "\"language-model\"", "has no generation")])
            AssertRefused(Changed(Nodes, from, to), expected);
    }

    [TestMethod]
    public void AnInputIsCheckedBeforeItIsWritten()
    {
        void Refuse(ModelInput input, string expected) => StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => (Tagger with { Inputs = [input] }).ToMetadata()).Message, expected);
        Refuse(TestModels.Real with { FeatureCount = 0 }, "featureCount 0");
        Refuse(TestModels.Keys with { Padding = 1 }, "padding 1, expected 0 for tokens");
        Refuse(TestModels.Real with { Padding = 0 }, "padding 0, expected 0 for tokens");
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
