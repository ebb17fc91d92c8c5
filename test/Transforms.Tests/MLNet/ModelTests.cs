using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>Model files of ML.NET; the same for the real packages and the stand-in.</summary>
[TestClass]
public class ModelTests
{
    private const string Contract = "MLSeqGraph.Tests.Sum";
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Input
    {
        [VectorType(3)]
        public float[] X { get; set; } = [];

        public string Name { get; set; } = "";
    }

    private sealed class Sum
    {
        public float Total { get; set; }

        public int Calls { get; set; }
    }

    [CustomMappingFactoryAttribute(Contract)]
    private sealed class SumFactory : CustomMappingFactory<Input, Sum>
    {
        public static int Calls { get; set; }

        public override Action<Input, Sum> GetMapping() => (from, to) =>
        {
            to.Total = from.X.Sum();
            to.Calls = ++Calls;
        };
    }

    private IDataView Data => _ml.Data.LoadFromEnumerable(new[] { new Input { X = [1, 2, 3] }, new Input { X = [4, 5, 6] } });

    private ITransformer Copying => _ml.Transforms.CopyColumns("Copy", "X").Fit(Data);

    private ITransformer Summing(string? contract) => _ml.Transforms.CustomMapping(new SumFactory().GetMapping(), contract).Fit(Data);

    private ITransformer SavedAndLoaded(ITransformer model, DataViewSchema? schema, out DataViewSchema loadedSchema,
        MLContext? other = null)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(model, schema, file);
        file.Position = 0;
        return (other ?? _ml).Model.Load(file, out loadedSchema);
    }

    [TestMethod]
    public void AModelComesBackAsItsTypeWithItsSchema()
    {
        ITransformer loaded = SavedAndLoaded(Copying, Data.Schema, out DataViewSchema schema);
        Assert.IsInstanceOfType<ColumnCopyingTransformer>(loaded);
        CollectionAssert.AreEqual(Data.Schema.Select(column => column.ToString()).ToArray(),
            schema.Select(column => column.ToString()).ToArray());
        CollectionAssert.AreEqual(new float[] { 4, 5, 6 }, loaded.Transform(Data).GetColumn<float[]>("Copy").Last());

        Assert.IsInstanceOfType<TransformerChain<ITransformer>>(SavedAndLoaded(new TransformerChain<ITransformer>(Copying), null,
            out schema));
        Assert.IsNull(schema);
    }

    [TestMethod]
    public void TheSchemasAnnotationsAreSaved()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Input));
        definition["X"].AddAnnotation("SlotNames", new[] { "a", "b", "c" }, new VectorDataViewType(TextDataViewType.Instance, 3));
        DataViewSchema given = _ml.Data.LoadFromEnumerable(Array.Empty<Input>(), definition).Schema;
        SavedAndLoaded(Copying, given, out DataViewSchema schema);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["X"].GetSlotNames(ref names);
        Assert.AreEqual("a,b,c", string.Join(",", names.DenseValues()));
    }

    [TestMethod]
    public void WhatIsNoModelIsAFormatError()
    {
        using var garbage = new MemoryStream([1, 2, 3, 4, 5]);
        FormatException error = Assert.ThrowsExactly<FormatException>(() => _ml.Model.Load(garbage, out _));
        Assert.AreEqual("Failed to open a zip archive", error.Message);
    }

    [TestMethod]
    public void ACustomMappingIsSavedByItsContract()
    {
        Assert.ThrowsExactly<InvalidOperationException>(() => SavedAndLoaded(Summing(null), Data.Schema, out _));
        var other = new MLContext();
        other.ComponentCatalog.RegisterAssembly(typeof(ModelTests).Assembly);
        ITransformer loaded = SavedAndLoaded(Summing(Contract), Data.Schema, out _, other);
        CollectionAssert.AreEqual(new float[] { 6, 15 }, loaded.Transform(Data).GetColumn<float>("Total").ToArray());
    }

    [TestMethod]
    public void ACustomMappingRunsOnceARow()
    {
        IDataView data = Summing(null).Transform(Data);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<float> total = cursor.GetGetter<float>(data.Schema["Total"]);
        ValueGetter<int> calls = cursor.GetGetter<int>(data.Schema["Calls"]);
        int before = SumFactory.Calls;
        for (int row = 1; cursor.MoveNext(); row++)
        {
            float sum = 0;
            int count = 0;
            total(ref sum);
            calls(ref count);
            total(ref sum);
            Assert.AreEqual(row, count - before);
        }
    }

    [TestMethod]
    public void ATransformerOfAUsersSavesAsWhatItHolds()
    {
        var mine = new HoldingTransformer(new TransformerChain<ITransformer>(Copying));
        ITransformer loaded = SavedAndLoaded(new TransformerChain<ITransformer>(mine), Data.Schema, out _);
        ITransformer held = ((TransformerChain<ITransformer>)loaded).Single();
        Assert.IsInstanceOfType<ColumnCopyingTransformer>(((TransformerChain<ITransformer>)held).Single());
        CollectionAssert.AreEqual(new float[] { 1, 2, 3 }, loaded.Transform(Data).GetColumn<float[]>("Copy").First());
    }

    [TestMethod]
    public void ALoaderIsSavedWithTheModel()
    {
        TextLoader loader = _ml.Data.CreateTextLoader([new TextLoader.Column("X", DataKind.Single, 0, 2)], separatorChar: ',');
        using var file = new MemoryStream();
        _ml.Model.Save(Copying, loader, file);
        file.Position = 0;
        ITransformer loaded = _ml.Model.LoadWithDataLoader(file, out IDataLoader<IMultiStreamSource> loadedLoader);
        Assert.IsInstanceOfType<ColumnCopyingTransformer>(loaded);
        Assert.AreEqual("X: Vector<Single, 3>", loadedLoader.GetOutputSchema()["X"].ToString());

        file.Position = 0;
        Assert.IsInstanceOfType<ColumnCopyingTransformer>(_ml.Model.Load(file, out DataViewSchema schema));
        Assert.AreEqual("X", schema.Single().Name);

        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "1,2,3\n");
            var both = loader.Append(loaded);
            CollectionAssert.AreEqual(new float[] { 1, 2, 3 }, both.Load(new MultiFileSource(path)).GetColumn<float[]>("Copy").Single());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
