using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>A column of numbers that becomes a column of features row by row, as sounds and the strokes of a pen do.</summary>
/// <param name="Input">The column of numbers, vectors of Single.</param>
/// <param name="Output">The column of features, [steps, features].</param>
/// <param name="FeatureCount">Features of a step.</param>
/// <param name="Content">What the numbers are, for errors.</param>
internal sealed record FeaturizedColumn(string Input, string Output, int FeatureCount, string Content)
{
    /// <summary>Writes the features of a row's numbers; the place is named in errors.</summary>
    internal delegate void Writer(float[] numbers, string place, ref VBuffer<float> features);

    private DataViewType Type => new VectorDataViewType(NumberDataViewType.Single, 0, FeatureCount);

    /// <summary>The mapping of rows.</summary>
    /// <param name="schema">The columns there are.</param>
    /// <param name="open">Makes a writer for a cursor.</param>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    internal RowMapping Map(DataViewSchema schema, Func<Writer> open)
    {
        var column = schema.Require(Input);
        return column.Type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Single
            ? throw WrongType($"{column.Type}")
            : new RowMapping(schema, [Input], Output, Type, row =>
            {
                var (getter, write) = (row.GetGetter<VBuffer<float>>(column), open());
                VBuffer<float> numbers = default;
                return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
                {
                    getter(ref numbers);
                    write([.. numbers.DenseValues()], $"Column '{Input}', {RowName.Of(row)}", ref value);
                });
            });
    }

    /// <summary>The columns with the one of features.</summary>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    internal SchemaShape AddTo(SchemaShape schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var column = schema.Require(Input);
        return column.Kind != SchemaShape.Column.VectorKind.Scalar && column.ItemType == NumberDataViewType.Single
            ? schema.With(RowMapping.Added(Output, Type))
            : throw WrongType(column.Describe());
    }

    /// <summary>A chain that does the same.</summary>
    /// <param name="from">The column that the mapping reads.</param>
    /// <param name="to">The column that it writes.</param>
    /// <param name="contract">Its name in saved models.</param>
    /// <param name="settings">Its payload.</param>
    /// <param name="mapping">The mapping.</param>
    internal SavedChain ToSavedChain<TSource, TResult>(string from, string to, string contract, byte[] settings,
        CustomMappingFactory<TSource, TResult> mapping)
        where TSource : PayloadRow, new()
        where TResult : class, new()
    {
        var columns = new DataViewSchema.Builder();
        columns.AddColumn(Input, new VectorDataViewType(NumberDataViewType.Single));
        var chain = new SavedChain(columns.ToSchema());
        chain.Add(chain.Transforms.CopyColumns(from, Input));
        chain.AddMapping(contract, settings, mapping);
        chain.Add(chain.Transforms.CopyColumns(Output, to));
        return chain;
    }

    private ArgumentException WrongType(string type) => new($"Column '{Input}' is {type}; expected a vector of Single, {Content}.");
}
