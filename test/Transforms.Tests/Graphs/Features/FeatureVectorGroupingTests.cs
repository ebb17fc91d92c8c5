using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Graphs;

[TestClass]
public class FeatureVectorGroupingTests
{
    private static readonly TransformsCatalog Transforms = new MLContext().Transforms;

    private static TestView Triples<T>(DataViewType type, params (T Node, int Feature, float Value)[] rows) => new TestView.Builder()
        .Add("Node", type, row => rows[row].Node).Add("Feature", NumberDataViewType.Int32, row => rows[row].Feature)
            .AddSingle("Value", row => rows[row].Value).Rows(rows.Length);

    private static (T Node, float[] Features)[] Read<T>(IDataView view)
    {
        List<(T, float[])> rows = [];
        using var cursor = view.GetRowCursor(view.Schema);
        ValueGetter<T> node = cursor.GetGetter<T>(view.Schema["Node"]);
        var getter = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        T id = default!;
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            node(ref id);
            getter(ref value);
            rows.Add((id, [.. value.DenseValues()]));
        }
        return [.. rows];
    }

    private static void Fails<TError>(Action action, params string[] parts) where TError : Exception
    {
        var error = Assert.ThrowsExactly<TError>(action);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }

    [TestMethod]
    public void Each_node_gets_a_row_in_the_order_found()
    {
        var data = Triples(TextDataViewType.Instance, ("b".AsMemory(), 3, 0.5f), ("a".AsMemory(), 0, 1f), ("b".AsMemory(), 1, 2f));
        var model = Transforms.GroupIntoFeatureVectors().Fit(data);
        Assert.AreEqual(4, model.FeatureCount);
        var rows = Read<ReadOnlyMemory<char>>(model.Transform(data));
        Assert.AreEqual("b, a", string.Join(", ", rows.Select(row => row.Node)));
        CollectionAssert.AreEqual(new[] { 0, 2, 0, 0.5f }, rows[0].Features);
        CollectionAssert.AreEqual(new float[] { 1, 0, 0, 0 }, rows[1].Features);
    }

    [TestMethod]
    public void Numbered_nodes_get_rows_without_features_too()
    {
        var data = Triples(NumberDataViewType.Int64, (2L, 0, 5f), (2L, 1, 6f), (0L, 1, 7f));
        var options = new FeatureVectorGroupingEstimator.Options { NodeCount = 4, FeatureCount = 2, ValueColumnName = null };
        var rows = Read<long>(Transforms.GroupIntoFeatureVectors(options).Fit(data).Transform(data));
        CollectionAssert.AreEqual(new[] { 0L, 1, 2, 3 }, rows.Select(row => row.Node).ToArray());
        CollectionAssert.AreEqual(new float[] { 0, 1, 0, 0, 1, 1, 0, 0 }, rows.SelectMany(row => row.Features).ToArray());
    }

    [TestMethod]
    public void Features_may_be_keys()
    {
        var data = new TestView.Builder().Add("Node", NumberDataViewType.Int32, _ => 0)
            .Add("Feature", new KeyDataViewType(typeof(uint), 3), _ => 2u).AddSingle("Value", _ => 4).Rows(1);
        CollectionAssert.AreEqual(new float[] { 0, 4, 0 }, Read<int>(
            Transforms.GroupIntoFeatureVectors().Fit(data).Transform(data))[0].Features);
    }

    [TestMethod]
    public void Labels_of_nodes_are_kept()
    {
        TestView Data(params string[] labels) => new TestView.Builder().Add("Node", NumberDataViewType.Int32, row => (int)row / 2)
            .Add("Feature", NumberDataViewType.Int32, row => (int)row % 2).AddSingle("Value", _ => 1)
            .Add("Label", TextDataViewType.Instance, row => labels[row].AsMemory()).AddSingle("Weight", row => row / 2 + 0.5f)
            .Rows(labels.Length);
        string Labels(IDataView view) => string.Join(", ", view.GetColumn<string>("Label"));
        var data = Data("x", "x", "y", "y");
        var options = new FeatureVectorGroupingEstimator.Options { CarriedColumnNames = ["Label", "Weight"] };
        var grouped = Transforms.GroupIntoFeatureVectors(options).Fit(data).Transform(data);
        Assert.AreEqual("x, y", Labels(grouped));
        CollectionAssert.AreEqual(new[] { 0.5f, 1.5f }, grouped.GetColumn<float>("Weight").ToArray());
        CollectionAssert.AreEqual(new float[] { 1, 1 }, Read<int>(grouped)[1].Features);
        // a node without rows has none
        options.NodeCount = 3;
        grouped = Transforms.GroupIntoFeatureVectors(options).Fit(data).Transform(data);
        Assert.AreEqual("x, y, ", Labels(grouped));
        CollectionAssert.AreEqual(new[] { 0.5f, 1.5f, float.NaN }, grouped.GetColumn<float>("Weight").ToArray());
        Fails<InvalidDataException>(() => Labels(Transforms.GroupIntoFeatureVectors(options).Fit(data).Transform(Data("x", "x", "y", "z"))),
            "'Label'", "node 1", "'y' in row 2", "'z' in row 3", "one value per node");
        Fails<ArgumentException>(() => Transforms.GroupIntoFeatureVectors(new() { CarriedColumnNames = ["Node"] }), "different names");
        Fails<ArgumentException>(() => Transforms.GroupIntoFeatureVectors(new() { CarriedColumnNames = ["None"] }).Fit(data), "'None'");
    }

    [TestMethod]
    public void Saving_says_what_to_do_instead()
    {
        var data = Triples(NumberDataViewType.Int64, (2L, 0, 5f));
        var model = Transforms.GroupIntoFeatureVectors().Fit(data);
        Fails<NotSupportedException>(() => SavedModels.Reload(model, data.Schema), "Transform the data with it first",
            "save what that gives");
        Assert.IsFalse(model.IsRowToRowMapper);
        Fails<InvalidOperationException>(() => model.GetRowToRowMapper(data.Schema), "no row-to-row mapper");
    }

    [TestMethod]
    public void Bad_rows_are_named()
    {
        void Reads(TestView data, FeatureVectorGroupingEstimator.Options options) =>
            Read<int>(Transforms.GroupIntoFeatureVectors(options).Fit(data).Transform(data));
        var type = NumberDataViewType.Int32;
        Fails<InvalidDataException>(() => Reads(Triples(type, (0, 1, 1f), (0, 1, 2f)), new()), "'Feature', row 1", "node 0", "feature 1",
            "already");
        Fails<InvalidDataException>(() => Reads(Triples(type, (0, 1, float.NaN)), new()), "'Value', row 0", "NaN");
        Fails<InvalidDataException>(() => Reads(Triples(type, (0, -1, 1f)), new()), "'Feature', row 0", "-1", "0 to");
        Fails<InvalidDataException>(() => Reads(Triples(type, (0, 3, 1f)), new() { FeatureCount = 3 }), "'Feature', row 0", "3", "0 to 2");
        Fails<InvalidDataException>(() => Reads(Triples(type, (0, 0, 1f), (5, 0, 1f)), new() { NodeCount = 5 }), "'Node', row 1", "5",
            "0 to 4");
        Fails<InvalidDataException>(() => Reads(Triples<int>(type), new()), "no rows");
        Fails<ArgumentException>(() => Reads(Triples(TextDataViewType.Instance, ("a".AsMemory(), 0, 1f)), new() { NodeCount = 5 }),
            "'Node'", "row numbers");
        Fails<ArgumentException>(() => Reads(Triples<int>(type), new() { ValueColumnName = "Node" }), "'Node'", "Single");
        Fails<ArgumentException>(() => Reads(Triples<int>(type), new() { NodeColumnName = "Missing" }), "'Missing'");
    }
}
