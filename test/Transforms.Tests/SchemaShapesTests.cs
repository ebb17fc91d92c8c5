using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests;

[TestClass]
public class SchemaShapesTests
{
    [TestMethod]
    public void FromSchemaKeepsNamesKindsKeysAndAnnotations()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, 5),
            (ref VBuffer<ReadOnlyMemory<char>> value) => value = default);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Hidden", TextDataViewType.Instance);
        builder.AddColumn("Scalar", NumberDataViewType.Single);
        builder.AddColumn("Fixed", new VectorDataViewType(NumberDataViewType.Single, 3));
        builder.AddColumn("Variable", new VectorDataViewType(NumberDataViewType.Int64));
        builder.AddColumn("Keys", new VectorDataViewType(new KeyDataViewType(typeof(uint), 5)), annotations.ToAnnotations());
        builder.AddColumn("Hidden", NumberDataViewType.Int32);

        var shape = SchemaShapes.FromSchema(builder.ToSchema());

        CollectionAssert.AreEqual(new[] { "Scalar", "Fixed", "Variable", "Keys", "Hidden" }, shape.Select(column => column.Name).ToArray());
        Assert.AreEqual(SchemaShape.Column.VectorKind.Scalar, shape.Require("Scalar").Kind);
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, shape.Require("Fixed").Kind);
        Assert.AreEqual(SchemaShape.Column.VectorKind.VariableVector, shape.Require("Variable").Kind);
        Assert.AreEqual(NumberDataViewType.Int64, shape.Require("Variable").ItemType);
        var keys = shape.Require("Keys");
        Assert.IsTrue(keys.IsKey);
        Assert.AreEqual(NumberDataViewType.UInt32, keys.ItemType);
        Assert.AreEqual("KeyValues", keys.Annotations.Single().Name);
        Assert.AreEqual(NumberDataViewType.Int32, shape.Require("Hidden").ItemType);
    }

    [TestMethod]
    public void WithReplacesColumnsOfTheSameName()
    {
        var first = new DataViewSchema.Builder();
        first.AddColumn("A", NumberDataViewType.Single);
        first.AddColumn("B", NumberDataViewType.Single);
        var second = new DataViewSchema.Builder();
        second.AddColumn("B", TextDataViewType.Instance);
        second.AddColumn("C", BooleanDataViewType.Instance);

        var shape = SchemaShapes.FromSchema(first.ToSchema()).With(second.ToSchema());

        Assert.AreEqual(3, shape.Count);
        Assert.AreEqual(TextDataViewType.Instance, shape.Require("B").ItemType);
        Assert.AreEqual(BooleanDataViewType.Instance, shape.Require("C").ItemType);
    }

    [TestMethod]
    public void RequireNamesTheColumnsThereAre()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("B", NumberDataViewType.Single);
        var schema = builder.ToSchema();

        var error = Assert.ThrowsExactly<ArgumentException>(() => schema.Require("X"));
        Assert.AreEqual("Column 'X' not found; the input has columns A, B.", error.Message);
        error = Assert.ThrowsExactly<ArgumentException>(() => SchemaShapes.FromSchema(schema).Require("X"));
        Assert.AreEqual("Column 'X' not found; the input has columns A, B.", error.Message);
    }
}
