using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Concatenates columns into a vector. Fitting does not look at the data, not even whether the columns are there.</summary>
public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly string _output;
    private readonly string[] _inputs;

    internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, string[] inputColumnNames)
    {
        Contracts.CheckNonEmpty(outputColumnName, nameof(outputColumnName));
        Contracts.CheckValue(inputColumnNames, nameof(inputColumnNames));
        Contracts.CheckParam(inputColumnNames.Length > 0, nameof(inputColumnNames), "Input columns not specified");
        Contracts.CheckParam(!inputColumnNames.Any(string.IsNullOrEmpty), nameof(inputColumnNames), "Contained some null or empty items");
        _env = env;
        _output = outputColumnName;
        _inputs = inputColumnNames;
    }

    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new ColumnConcatenatingTransformer(_env, _output, _inputs);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var columns = Array.ConvertAll(_inputs, name => new ColumnPair(_output, name).Find(inputSchema));
        DataViewType item = columns[0].ItemType;
        foreach (var column in columns)
        {
            Contracts.Check(!column.IsKey, $"Column '{column.Name}' is key. Concatenation of keys is unsupported.");
            Contracts.Check(column.ItemType.Equals(item), "Concatenated columns should have the same type. "
                + $"Column '{column.Name}' has type of {column.ItemType}, but expected column type is {item}.");
        }
        bool isVariable = columns.Any(column => column.Kind == SchemaShape.Column.VectorKind.VariableVector);
        var kind = isVariable ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector;
        return inputSchema.With(new SchemaShape.Column(_output, kind, item, isKey: false, new SchemaShape(AnnotationsOf(columns))));
    }

    private static IEnumerable<SchemaShape.Column> AnnotationsOf(SchemaShape.Column[] columns)
    {
        if (columns.All(column => column.Annotations.TryFindColumn(AnnotationKinds.IsNormalized, out _)))
            yield return SchemaShape.Column.Of(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance);
        if (columns.Any(column => column.Kind == SchemaShape.Column.VectorKind.Scalar
            || column.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out _)))
            yield return new SchemaShape.Column(AnnotationKinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false);
    }
}
