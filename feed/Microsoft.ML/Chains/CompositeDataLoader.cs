using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A loader and the transformers applied to what it loads.</summary>
public sealed class CompositeDataLoader<TSource, TLastTransformer> : IDataLoader<TSource>, IDisposable
    where TLastTransformer : class, ITransformer
{
    public readonly IDataLoader<TSource> Loader;
    public readonly TransformerChain<TLastTransformer> Transformer;

    public CompositeDataLoader(IDataLoader<TSource> loader, TransformerChain<TLastTransformer> transformerChain = null)
    {
        Contracts.CheckValue(loader, nameof(loader));
        Loader = loader;
        Transformer = transformerChain ?? new TransformerChain<TLastTransformer>();
    }

    public IDataView Load(TSource input) => Transformer.Transform(Loader.Load(input));

    public DataViewSchema GetOutputSchema() => Transformer.GetOutputSchema(Loader.GetOutputSchema());

    public CompositeDataLoader<TSource, TNewLast> AppendTransformer<TNewLast>(TNewLast transformer) where TNewLast : class, ITransformer =>
        new(Loader, Transformer.Append(transformer));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(CompositeDataLoader));
        ctx.SaveModel(Loader, CompositeDataLoader.LoaderFolder);
        ctx.SaveModel(Transformer, TransformerChain.Folder);
    }

    public void Dispose() => Transformer.Dispose();
}

/// <summary>Reads a loader of files with its transformers from a model file.</summary>
internal static class CompositeDataLoader
{
    public const string LoaderFolder = "Loader";

    internal static CompositeDataLoader<IMultiStreamSource, ITransformer> Load(IHostEnvironment env, ModelLoadContext ctx) =>
        new(ctx.LoadModel<IDataLoader<IMultiStreamSource>>(env, LoaderFolder),
            ctx.LoadModel<TransformerChain<ITransformer>>(env, TransformerChain.Folder));
}
