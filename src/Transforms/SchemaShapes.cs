using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Makes the <see cref="SchemaShape"/> that an estimator has to return. Its columns have no public constructor, but a data loader passes
/// the shape of its schema to the estimators after it, and an estimator that changes nothing returns it.
/// </summary>
internal static class SchemaShapes
{
    /// <summary>The shape of a schema: names, types without sizes and counts, annotations; hidden columns are left out.</summary>
    public static SchemaShape FromSchema(DataViewSchema schema) =>
        new SchemaLoader(schema).Append<object, ITransformer>(new UnchangingEstimator()).GetOutputSchema();

    /// <summary>A shape with columns added, each replacing an existing one of its name.</summary>
    public static SchemaShape With(this SchemaShape shape, DataViewSchema added)
    {
        var addedColumns = FromSchema(added).ToDictionary(column => column.Name);
        var kept = shape.Where(column => !addedColumns.ContainsKey(column.Name));
        return new SchemaShape(kept.Concat(addedColumns.Values));
    }

    /// <summary>What a column of a shape is, for errors.</summary>
    public static string Describe(this SchemaShape.Column column)
    {
        string item = column.IsKey ? $"Key<{column.ItemType}>" : $"{column.ItemType}";
        return column.Kind == SchemaShape.Column.VectorKind.Scalar ? item : $"Vector<{item}>";
    }

    /// <summary>
    /// Annotations for a new column of a schema whose shape is wanted: those of an existing column that have these names. They
    /// have the right types but no values, which are not part of a shape.
    /// </summary>
    public static DataViewSchema.Annotations AnnotationsLike(this SchemaShape.Column column, params string[] names)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        foreach (var annotation in column.Annotations.Where(annotation => names.Contains(annotation.Name)))
        {
            var item = (PrimitiveDataViewType)annotation.ItemType;
            DataViewType type = annotation.Kind == SchemaShape.Column.VectorKind.Scalar ? item : new VectorDataViewType(item, 1);
            var leave = typeof(SchemaShapes).GetMethod(nameof(Leave), BindingFlags.NonPublic | BindingFlags.Static)!;
            builder.Add(annotation.Name, type,
                leave.MakeGenericMethod(type.RawType).CreateDelegate(typeof(ValueGetter<>).MakeGenericType(type.RawType)));
        }

        return builder.ToAnnotations();
    }

    private static void Leave<T>(ref T value)
    {
    }

    private sealed class SchemaLoader(DataViewSchema schema) : IDataLoader<object>
    {
        public DataViewSchema GetOutputSchema() => schema;

        public IDataView Load(object input) => throw new NotSupportedException("This loader has a schema and no data.");

        public void Save(ModelSaveContext ctx) => throw new NotSupportedException("This loader has a schema and no data.");
    }

    private sealed class UnchangingEstimator : IEstimator<ITransformer>
    {
        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;

        public ITransformer Fit(IDataView input) => throw new NotSupportedException("This estimator has nothing to fit.");
    }
}
