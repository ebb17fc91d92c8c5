using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Finds chains made by <see cref="SavedChain"/> in models that ML.NET loaded, and turns them back into the transformers.
/// </summary>
internal static class RestoredTransformers
{
    /// <summary>Whether there is one, however deep in chains.</summary>
    public static bool IsIn(ITransformer loaded) =>
        RowOf(loaded) is not null || (loaded is IEnumerable<ITransformer> chain && chain.Any(IsIn));

    /// <summary>The transformer that was saved as this chain; null where the chain is something else.</summary>
    public static ITransformer? Restore(IEnumerable<ITransformer> chain, SequenceScoringOptions options)
    {
        ITransformer? before = null;
        foreach (var transformer in chain)
        {
            if (before is not null && RowOf(transformer) is { } row)
                return row.Restore(PayloadOf(before), options);
            before = transformer;
        }

        return null;
    }

    private static IRestorable? RowOf(ITransformer transformer) =>
        transformer.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(CustomMappingTransformer<,>)
        && type.GenericTypeArguments[0] is var row && row.IsAssignableTo(typeof(IRestorable))
            ? (IRestorable)Activator.CreateInstance(row)! : null;

    // The transformer before the mapping maps 1 to the payload.
    private static byte[] PayloadOf(ITransformer payload)
    {
        var one = new MLContext().Data.LoadFromEnumerable([new SavedChain.OneRow { Value = 1 }]);
        var text = payload.Transform(one).GetColumn<ReadOnlyMemory<char>>(PayloadRow.ColumnName).First();
        return new PayloadReader<byte[]>(bytes => bytes).Get(text);
    }
}
