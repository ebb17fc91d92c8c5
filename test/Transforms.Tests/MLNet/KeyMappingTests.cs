using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Text;

namespace MLSeqGraph.Transforms.Tests.MLNet;

[TestClass]
public sealed class KeyMappingTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class TextRow
    {
        public string Text { get; set; } = "";
    }

    private sealed class FloatRow
    {
        public float Value { get; set; }
    }

    private sealed class FloatsRow
    {
        [VectorType(4)]
        public float[] Values { get; set; } = [];
    }

    private IDataView Data(params string[] texts) => _ml.Data.LoadFromEnumerable(texts.Select(text => new TextRow { Text = text }));

    [TestMethod]
    [DataRow(ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence, new uint[] { 1, 2, 1, 3 }, new[] { "pear", "apple", "fig" })]
    [DataRow(ValueToKeyMappingEstimator.KeyOrdinality.ByValue, new uint[] { 3, 1, 3, 2 }, new[] { "apple", "fig", "pear" })]
    public void ValuesBecomeKeysFromOne(ValueToKeyMappingEstimator.KeyOrdinality order, uint[] keys, string[] values)
    {
        var data = Data("pear", "apple", "pear", "fig");
        var model = _ml.Transforms.Conversion.MapValueToKey("K", "Text", keyOrdinality: order).Fit(data);
        var mapped = model.Transform(data);
        CollectionAssert.AreEqual(keys, mapped.Values<uint>("K"));
        CollectionAssert.AreEqual(values, mapped.KeyValues("K"));
        Assert.AreEqual("Key<UInt32, 0-2>", mapped.Schema["K"].Type.ToString());
        Assert.AreEqual("Vector<String, 3>", mapped.Schema["K"].Annotations.Schema["KeyValues"].Type.ToString());
        CollectionAssert.AreEqual(new uint[] { 0, 0 }, model.Transform(Data("kiwi", "")).Values<uint>("K"), "unseen and empty are missing");
    }

    [TestMethod]
    public void AtMostTheMaximumNumberOfKeysIsLearnt()
    {
        var data = Data("a", "b", "c", "a");
        var mapped = _ml.Transforms.Conversion.MapValueToKey("K", "Text", maximumNumberOfKeys: 2).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new uint[] { 1, 2, 0, 1 }, mapped.Values<uint>("K"));
        CollectionAssert.AreEqual(new[] { "a", "b" }, mapped.KeyValues("K"));
    }

    [TestMethod]
    public void KeysCanBeGiven()
    {
        var data = Data("a", "b", "z");
        var mapped = _ml.Transforms.Conversion.MapValueToKey("K", "Text", keyData: Data("z", "a")).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new uint[] { 2, 0, 1 }, mapped.Values<uint>("K"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _ml.Transforms.Conversion.MapValueToKey("K", "Text", keyData: _ml.Data.LoadFromEnumerable(new[] { new FloatRow() })).Fit(data));
    }

    [TestMethod]
    public void NumbersBecomeKeysAndNaNDoesNot()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { 2.5f, float.NaN, 1f, 2.5f }.Select(value => new FloatRow { Value = value }));
        var mapped = _ml.Transforms.Conversion.MapValueToKey("K", "Value", addKeyValueAnnotationsAsText: true).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new uint[] { 1, 0, 2, 1 }, mapped.Values<uint>("K"));
        CollectionAssert.AreEqual(new[] { "2.5", "1" }, mapped.KeyValues("K"));
    }

    [TestMethod]
    public void TextBecomesWordsBecomesKeysAndBack()
    {
        var data = Data("a b  c", "", " lead", "tab\there, punct.");
        var pipeline = _ml.Transforms.Text.TokenizeIntoWords("W", "Text")
            .Append(_ml.Transforms.Conversion.MapValueToKey("T", "W"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("B", "T"));
        var model = pipeline.Fit(data);
        foreach (var mapped in new[] { model.Transform(data), model.Reloaded(data.Schema).Transform(data) })
        {
            string[][] words = [["a", "b", "c"], [], ["lead"], ["tab\there,", "punct."]];
            uint[][] tokens = [[1, 2, 3], [], [4], [5, 6]];
            Columns.AssertRows(words, mapped.TextVectors("W"));
            Columns.AssertRows(tokens, mapped.Vectors<uint>("T"));
            Columns.AssertRows(words, mapped.TextVectors("B"));
            Assert.AreEqual("Vector<String>", mapped.Schema["W"].Type.ToString());
            Assert.AreEqual("Vector<Key<UInt32, 0-5>>", mapped.Schema["T"].Type.ToString());
            Assert.AreEqual("Vector<String>", mapped.Schema["B"].Type.ToString());
        }
        var unseen = model.Transform(Data("b zzz a zzz"));
        Columns.AssertRows([[2u, 0u, 1u, 0u]], unseen.Vectors<uint>("T"));
        Columns.AssertRows([["b", "", "a", ""]], unseen.TextVectors("B"));
    }

    [TestMethod]
    public void VectorsOfMostlyMissingKeysAreSparse()
    {
        var data = Data("a b");
        var model = _ml.Transforms.Text.TokenizeIntoWords("W", "Text").Append(_ml.Transforms.Conversion.MapValueToKey("T", "W")).Fit(data);
        var vector = model.Transform(Data("x y b z")).Values<VBuffer<uint>>("T")[0];
        Assert.IsFalse(vector.IsDense);
        Assert.AreEqual(4, vector.Length);
        CollectionAssert.AreEqual(new[] { 2 }, vector.GetIndices().ToArray());
    }

    [TestMethod]
    public void OtherSeparatorsCutInstead()
    {
        var data = Data("a,b; c d");
        var words = _ml.Transforms.Text.TokenizeIntoWords("W", "Text", [',', ';']).Fit(data).Transform(data);
        Columns.AssertRows([["a", "b", "c d"]], words.TextVectors("W"));
    }

    [TestMethod]
    public void OnlyKeysWithValuesMapBack()
    {
        var data = Data("a");
        var mapBack = _ml.Transforms.Conversion.MapKeyToValue("B", "Text");
        Assert.ThrowsExactly<InvalidOperationException>(() => mapBack.Fit(data));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("C", "Text").Append(mapBack).Fit(data));
    }

    [TestMethod]
    public void ValuesMapByADictionary()
    {
        var data = Data("one", "two", "?");
        var pairs = new Dictionary<string, float> { ["one"] = 1, ["two"] = 2 };
        var model = _ml.Transforms.Conversion.MapValue("N", pairs, "Text").Fit(data);
        foreach (ITransformer transformer in new[] { model, model.Reloaded(data.Schema) })
            CollectionAssert.AreEqual(new float[] { 1, 2, 0 }, transformer.Transform(data).Values<float>("N"));
        Assert.ThrowsExactly<InvalidOperationException>(
            () => _ml.Transforms.Conversion.MapValue("N", new[] { KeyValuePair.Create("a", 1), KeyValuePair.Create("a", 2) }, "Text"));
    }

    [TestMethod]
    public void MappedValuesCanBeKeys()
    {
        var data = Data("cat", "rose", "dog", "stone");
        var pairs = new[] { KeyValuePair.Create("cat", "animal"), KeyValuePair.Create("rose", "plant"), KeyValuePair.Create("dog", "animal") };
        var model = _ml.Transforms.Conversion.MapValue("Kind", pairs, "Text", treatValuesAsKeyType: true).Fit(data);
        foreach (ITransformer transformer in new[] { model, model.Reloaded(data.Schema) })
        {
            var mapped = transformer.Transform(data);
            CollectionAssert.AreEqual(new uint[] { 1, 2, 1, 0 }, mapped.Values<uint>("Kind"));
            CollectionAssert.AreEqual(new[] { "animal", "plant" }, mapped.KeyValues("Kind"));
            Assert.AreEqual("Key<UInt32, 0-1>", mapped.Schema["Kind"].Type.ToString());
        }
    }

    [TestMethod]
    public void ValuesMapToVectors()
    {
        var data = Data("a", "b", "?");
        var pairs = new Dictionary<string, float[]> { ["a"] = [1, 2], ["b"] = [3, 4] };
        var mapped = _ml.Transforms.Conversion.MapValue("V", pairs, "Text").Fit(data).Transform(data);
        Columns.AssertRows([[1f, 2], [3, 4], []], mapped.Vectors<float>("V"));
        Assert.AreEqual("Vector<Single, 2>", mapped.Schema["V"].Type.ToString());
    }

    [TestMethod]
    public void EveryValueOfAVectorIsMapped()
    {
        var data = Data("a b");
        var pipeline = _ml.Transforms.Text.TokenizeIntoWords("W", "Text")
            .Append(_ml.Transforms.Conversion.MapValue("N", new Dictionary<string, long> { ["a"] = 7 }, "W"));
        Columns.AssertRows([[7L, 0L]], pipeline.Fit(data).Transform(data).Vectors<long>("N"));
    }

    [TestMethod]
    public void ItemsOfFixedVectorsBecomeKeys()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new FloatsRow { Values = [5, 6, 5, 0] } });
        var mapped = _ml.Transforms.Conversion.MapValueToKey("K", "Values").Fit(data).Transform(data);
        Columns.AssertRows([[1u, 2u, 1u, 3u]], mapped.Vectors<uint>("K"));
        Assert.AreEqual("Vector<Key<UInt32, 0-2>, 4>", mapped.Schema["K"].Type.ToString());
    }

    [TestMethod]
    public void MissingColumnsAreNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.MapValueToKey("K", "Nope").Fit(Data("a")));
        StringAssert.Contains(error.Message, "Nope");
        WordTokenizingEstimator tokenizing = _ml.Transforms.Text.TokenizeIntoWords("W", "Value");
        error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => tokenizing.Fit(_ml.Data.LoadFromEnumerable(new[] { new FloatRow() })));
        StringAssert.Contains(error.Message, "Schema mismatch for input column 'Value': expected String or Vector of String, got Single");
    }
}
