using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>Schemas, chains, row mappers, the log and cross-validation of ML.NET; the same for the real packages and the
/// stand-in.</summary>
[TestClass]
public class PipelineTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Number
    {
        public float Value { get; set; }
    }

    private sealed class Doubled
    {
        public float Twice { get; set; }
    }

    private sealed class Labeled
    {
        public float Label { get; set; }

        public float Score { get; set; }
    }

    private IEstimator<ITransformer> Doubling =>
        _ml.Transforms.CustomMapping<Number, Doubled>((from, to) => to.Twice = 2 * from.Value, contractName: null);

    private IEstimator<ITransformer> Incrementing =>
        _ml.Transforms.CustomMapping<Number, Number>((from, to) => to.Value = from.Value + 1, contractName: null);

    private IDataView Data(params float[] values) =>
        _ml.Data.LoadFromEnumerable(values.Select(value => new Number { Value = value }).ToArray());

    [TestMethod]
    public void AColumnHidesThoseOfItsNameAndFollowsThem()
    {
        IEstimator<ITransformer> pipeline = Doubling.Append(Incrementing);
        IDataView data = pipeline.Fit(Data(1)).Transform(Data(1, 2));
        CollectionAssert.AreEqual(new[] { "Value hidden", "Value", "Twice" },
            data.Schema.Select(column => column.Name + (column.IsHidden ? " hidden" : "")).ToArray());
        Assert.AreEqual(1, data.Schema["Value"].Index);
        CollectionAssert.AreEqual(new float[] { 2, 3 }, data.GetColumn<float>("Value").ToArray());
        CollectionAssert.AreEqual(new float[] { 1, 2 }, data.GetColumn<float>(data.Schema[0]).ToArray());
    }

    [TestMethod]
    public void AChainFitsEachOnWhatComesBefore()
    {
        EstimatorChain<ITransformer> pipeline = Incrementing.Append(Incrementing).Append(Doubling);
        TransformerChain<ITransformer> model = pipeline.Fit(Data(1));
        Assert.AreEqual(3, model.Count());
        Assert.AreSame(model.Last(), model.LastTransformer);
        CollectionAssert.AreEqual(new float[] { 14 }, model.Transform(Data(5)).GetColumn<float>("Twice").ToArray());
        Assert.IsTrue(((ITransformer)model).IsRowToRowMapper);

        SchemaShape shape = pipeline.GetOutputSchema(ShapeOf(Data().Schema));
        CollectionAssert.AreEquivalent(new[] { "Value", "Twice" }, shape.Select(column => column.Name).ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => pipeline.Fit(_ml.Data.LoadFromEnumerable(new[] { new Doubled() })),
            "There is no column Value.");
    }

    [TestMethod]
    public void ScopesLeaveTransformersOut()
    {
        TransformerChain<ITransformer> model = Incrementing.Append(Doubling, TransformerScope.Training).Fit(Data(1));
        Assert.IsNull(model.Transform(Data(1)).Schema.GetColumnOrNull("Twice"));
        Assert.IsNotNull(model.Transform(Data(1), TransformerScope.Everything).Schema.GetColumnOrNull("Twice"));
        Assert.AreEqual(1, model.GetModelFor(TransformerScope.Scoring).Count());
    }

    [TestMethod]
    public void ACheckpointCachesAndADelegateSeesTheFit()
    {
        int made = 0;
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(i =>
        {
            made++;
            return new Number { Value = i };
        }));
        ITransformer? seen = null;
        EstimatorChain<ITransformer> pipeline = Incrementing.AppendCacheCheckpoint(_ml)
            .Append(new Reading()).Append(new Reading()).Append(Doubling.WithOnFitDelegate(fitted => seen = fitted));
        TransformerChain<ITransformer> model = pipeline.Fit(data);
        Assert.AreEqual(3, made, "Two estimators read the data, but the source only once.");
        Assert.AreSame(model.LastTransformer, seen);
        Assert.ThrowsExactly<InvalidOperationException>(() => new EstimatorChain<ITransformer>().AppendCacheCheckpoint(_ml));
    }

    [TestMethod]
    public void ALoaderOfASchemaGivesShapeColumns()
    {
        // SchemaShape.Column has no public constructor; this is the public way to one.
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Key", new VectorDataViewType(new KeyDataViewType(typeof(uint), 3)));
        SchemaShape.Column column = ShapeOf(builder.ToSchema()).Single();
        Assert.AreEqual(SchemaShape.Column.VectorKind.VariableVector, column.Kind);
        Assert.IsTrue(column.IsKey);
        Assert.AreEqual(NumberDataViewType.UInt32, column.ItemType);
    }

    [TestMethod]
    public void AMapperNamesWhatItNeedsAndItsRowsCarryItsSchema()
    {
        ITransformer model = Incrementing.Append(Doubling).Fit(Data(1));
        IDataView data = Data(3, 4);
        IRowToRowMapper mapper = model.GetRowToRowMapper(data.Schema);
        DataViewSchema.Column asked = mapper.OutputSchema["Twice"];
        CollectionAssert.AreEqual(new[] { 0 }, mapper.GetDependencies([asked]).Select(column => column.Index).ToArray());
        Assert.IsEmpty(mapper.GetDependencies([]));

        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        using DataViewRow row = mapper.GetRow(cursor, [asked]);
        Assert.AreSame(mapper.OutputSchema, row.Schema);
        ValueGetter<float> twice = row.GetGetter<float>(row.Schema["Twice"]);
        float value = 0;
        Assert.IsTrue(cursor.MoveNext());
        twice(ref value);
        Assert.AreEqual(8, value);
        Assert.IsTrue(cursor.MoveNext());
        twice(ref value);
        Assert.AreEqual(10, value);
        Assert.AreEqual(1, row.Position);
    }

    [TestMethod]
    public void ACrossValidationEvaluatesEachFold()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Labeled { Label = i, Score = i % 2 == 0 ? i
            : i + 1 }).ToArray());
        IEstimator<ITransformer> nothingToDo = new Reading();
        var results = _ml.Regression.CrossValidate(data, nothingToDo, numberOfFolds: 3);
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, results.Select(result => result.Fold).ToArray());
        foreach (var result in results)
        {
            float[] labels = result.ScoredHoldOutSet.GetColumn<float>("Label").ToArray();
            Assert.AreEqual(labels.Average(label => label % 2), result.Metrics.MeanAbsoluteError, 1e-6);
            Assert.IsInstanceOfType<Passing>(result.Model);
        }

        Assert.AreEqual(60, results.Sum(result => result.ScoredHoldOutSet.GetColumn<float>("Label").Count()));
    }

    private static SchemaShape ShapeOf(DataViewSchema schema) => new Stub(schema).Append(new Reading()).GetOutputSchema();

    private sealed class Stub(DataViewSchema schema) : IDataLoader<object>
    {
        public DataViewSchema GetOutputSchema() => schema;

        public IDataView Load(object input) => throw new NotSupportedException();

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();
    }

    /// <summary>Reads all of its input and changes nothing.</summary>
    private sealed class Reading : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input)
        {
            using DataViewRowCursor cursor = input.GetRowCursor(input.Schema);
            while (cursor.MoveNext()) { }
            return new Passing();
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    private sealed class Passing : ITransformer
    {
        public bool IsRowToRowMapper => false;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IDataView Transform(IDataView input) => input;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException();
    }
}
