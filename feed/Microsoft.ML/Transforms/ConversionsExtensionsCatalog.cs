using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Converts between values, keys and types.</summary>
public static class ConversionsExtensionsCatalog
{
    /// <summary>Maps values to keys, learnt from the data or given as the only column of <paramref name="keyData"/>.</summary>
    public static ValueToKeyMappingEstimator MapValueToKey(this TransformsCatalog.ConversionTransforms catalog, string outputColumnName,
        string inputColumnName = null, int maximumNumberOfKeys = 1000000,
        ValueToKeyMappingEstimator.KeyOrdinality keyOrdinality = ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence,
        bool addKeyValueAnnotationsAsText = false, IDataView keyData = null) =>
        new(catalog.Environment, ColumnPair.Of(outputColumnName, inputColumnName), maximumNumberOfKeys, keyOrdinality,
            addKeyValueAnnotationsAsText, keyData);

    /// <summary>The same for several columns.</summary>
    public static ValueToKeyMappingEstimator MapValueToKey(this TransformsCatalog.ConversionTransforms catalog, InputOutputColumnPair[] columns,
        int maximumNumberOfKeys = 1000000,
        ValueToKeyMappingEstimator.KeyOrdinality keyOrdinality = ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence,
        bool addKeyValueAnnotationsAsText = false, IDataView keyData = null) =>
        new(catalog.Environment, ColumnPair.Of(columns), maximumNumberOfKeys, keyOrdinality, addKeyValueAnnotationsAsText, keyData);

    /// <summary>Maps keys to their values.</summary>
    public static KeyToValueMappingEstimator MapKeyToValue(this TransformsCatalog.ConversionTransforms catalog, string outputColumnName,
        string inputColumnName = null) =>
        new(new KeyToValueMappingTransformer(catalog.Environment, ColumnPair.Of(outputColumnName, inputColumnName)));

    /// <summary>The same for several columns.</summary>
    public static KeyToValueMappingEstimator MapKeyToValue(this TransformsCatalog.ConversionTransforms catalog, InputOutputColumnPair[] columns) =>
        new(new KeyToValueMappingTransformer(catalog.Environment, ColumnPair.Of(columns)));

    /// <summary>Converts to another type.</summary>
    public static TypeConvertingEstimator ConvertType(this TransformsCatalog.ConversionTransforms catalog, string outputColumnName,
        string inputColumnName = null, DataKind outputKind = DataKind.Single) =>
        new(new TypeConvertingTransformer(catalog.Environment, ColumnPair.Of(outputColumnName, inputColumnName), outputKind));

    /// <summary>The same for several columns.</summary>
    public static TypeConvertingEstimator ConvertType(this TransformsCatalog.ConversionTransforms catalog, InputOutputColumnPair[] columns,
        DataKind outputKind = DataKind.Single) =>
        new(new TypeConvertingTransformer(catalog.Environment, ColumnPair.Of(columns), outputKind));

    /// <summary>Hashes values to keys.</summary>
    public static HashingEstimator Hash(this TransformsCatalog.ConversionTransforms catalog, params HashingEstimator.ColumnOptions[] columns) =>
        new(catalog.Environment, columns);

    /// <summary>Maps values to other values by a dictionary, as keys into these if asked for.</summary>
    public static ValueMappingEstimator<TInputType, TOutputType> MapValue<TInputType, TOutputType>(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName,
        IEnumerable<KeyValuePair<TInputType, TOutputType>> keyValuePairs, string inputColumnName = null, bool treatValuesAsKeyType = false)
    {
        Contracts.CheckValue(keyValuePairs, nameof(keyValuePairs));
        var map = ValueMap.Create(keyValuePairs.ToArray(), treatValuesAsKeyType);
        return new ValueMappingEstimator<TInputType, TOutputType>(
            new ValueMappingTransformer(catalog.Environment, ColumnPair.Of(outputColumnName, inputColumnName), map));
    }

    /// <summary>Maps values to vectors by a dictionary.</summary>
    public static ValueMappingEstimator<TInputType, TOutputType> MapValue<TInputType, TOutputType>(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName,
        IEnumerable<KeyValuePair<TInputType, TOutputType[]>> keyValuePairs, string inputColumnName = null)
    {
        Contracts.CheckValue(keyValuePairs, nameof(keyValuePairs));
        var map = ValueMap.Create(keyValuePairs.ToArray());
        return new ValueMappingEstimator<TInputType, TOutputType>(
            new ValueMappingTransformer(catalog.Environment, ColumnPair.Of(outputColumnName, inputColumnName), map));
    }

    /// <summary>Maps values to other values by two columns of a data view.</summary>
    public static ValueMappingEstimator MapValue(this TransformsCatalog.ConversionTransforms catalog, string outputColumnName,
        IDataView lookupMap, DataViewSchema.Column keyColumn, DataViewSchema.Column valueColumn, string inputColumnName = null)
    {
        Contracts.CheckValue(lookupMap, nameof(lookupMap));
        return new ValueMappingEstimator(new ValueMappingTransformer(catalog.Environment, ColumnPair.Of(outputColumnName, inputColumnName),
            ValueMap.Read(lookupMap, keyColumn, valueColumn)));
    }
}
