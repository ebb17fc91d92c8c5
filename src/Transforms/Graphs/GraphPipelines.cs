using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Applies fitted pipelines to graphs other than those they were fitted to.</summary>
public static class GraphPipelines
{
    /// <summary>
    /// The pipeline for other nodes and the edges between them: <c>pipeline.WithGraph(nodes, edges).Transform(nodes)</c> scores new nodes,
    /// prepared like those it was fitted to. Transformers that read a graph (models of nodes and links, positional features) read the
    /// other graph; everything else, and the models' memory, is shared with this pipeline.
    /// </summary>
    /// <typeparam name="TLast">The type of the pipeline's last transformer.</typeparam>
    /// <param name="pipeline">The fitted pipeline.</param>
    /// <param name="nodes">The nodes, with the columns of those that it was fitted to.</param>
    /// <param name="edges">The edges between them, with the columns that the model reads.</param>
    /// <exception cref="ArgumentException">Nothing in the pipeline reads a graph, or a column is missing.</exception>
    public static TransformerChain<TLast> WithGraph<TLast>(this TransformerChain<TLast> pipeline, IDataView nodes, GraphEdgeColumns edges)
        where TLast : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return (TransformerChain<TLast>)((ITransformer)pipeline).WithGraph(nodes, edges);
    }

    /// <summary>A fitted model or a loaded pipeline for other nodes and the edges between them, as above.</summary>
    /// <param name="model">The model.</param>
    /// <param name="nodes">The nodes, with the columns of those that it was fitted to.</param>
    /// <param name="edges">The edges between them, with the columns that the model reads.</param>
    /// <exception cref="ArgumentException">Nothing in it reads a graph, or a column is missing.</exception>
    public static ITransformer WithGraph(this ITransformer model, IDataView nodes, GraphEdgeColumns edges)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(edges);
        return Moved([model], nodes, edges)[0] is var moved && ReferenceEquals(moved, model)
            ? throw new ArgumentException("Nothing in the pipeline reads a graph; expected a model of nodes or of links, or positional "
                + "features of nodes.", nameof(model)) : moved;
    }

    private static ITransformer[] Moved(IEnumerable<ITransformer> chain, IDataView nodes, GraphEdgeColumns edges)
    {
        List<ITransformer> moved = [];
        foreach (var transformer in chain)
        {
            moved.Add(transformer switch
            {
                IOverGraph graph => graph.WithGraph(nodes, edges),
                IEnumerable<ITransformer> inner when Moved(inner, nodes, edges) is var of && !of.SequenceEqual(inner) =>
                    // of its own last transformer's type
                    (ITransformer)Activator.CreateInstance(transformer.GetType(), [of])!,
                _ => transformer,
            });
            nodes = moved[^1].Transform(nodes);
        }
        return [.. moved];
    }
}

/// <summary>A transformer that reads a graph beside the rows.</summary>
internal interface IOverGraph
{
    /// <summary>The same transformer, reading another graph.</summary>
    /// <param name="nodes">The nodes as they reach this transformer.</param>
    /// <param name="edges">The edges.</param>
    ITransformer WithGraph(IDataView nodes, GraphEdgeColumns edges);
}
