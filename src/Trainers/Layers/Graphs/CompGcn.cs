using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How a node's vector and that of a relation become one.</summary>
public enum Composition
{
    /// <summary>Their difference, as TransE has it.</summary>
    Subtraction,

    /// <summary>Their product by elements, as DistMult has it.</summary>
    Multiplication,
}

public static partial class Layers
{
    /// <summary>
    /// CompGCN (Vashishth et al. 2020, equations 2 to 4): yᵢ = φ(xᵢ, z) W + the mean over the edges j to i of φ(xⱼ, zᵣ) times
    /// the weight of the edge's direction, + b; relations become zᵣ W. Relations of the second half are the opposite directions
    /// of those of the first.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges; they can't have weights.</param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="relations">The relation of each edge from 0, [edges] Int64.</param>
    /// <param name="vectors">The relations' vectors, [relations, features].</param>
    /// <param name="channels">Channels of the results.</param>
    /// <param name="composition">φ.</param>
    /// <param name="updatesRelations">Whether the relations' new vectors are asked for: the last layer needs none.</param>
    /// <param name="name">
    /// Scope of the parameters <c>forward_weight</c>, <c>backward_weight</c>, <c>self_weight</c> and <c>relation_weight</c> [features,
    /// channels], <c>loop</c> [1, features] and <c>bias</c>.
    /// </param>
    /// <returns>The nodes [nodes, channels] and the relations [relations, channels], or those given.</returns>
    /// <exception cref="GraphException">Edges have weights.</exception>
    public static (Value Nodes, Value Relations) CompGcn(this NetworkBuilder network, GraphEdges edges, Value x, Value relations,
        Value vectors, int channels, Composition composition = Composition.Multiplication, bool updatesRelations = true,
        string name = "comp_gcn")
    {
        edges.RefuseWeights("CompGCN");
        var features = x.Shape[1].Size;
        Value Composed(Value node, Value relation) => composition == Composition.Subtraction ? node - relation : node * relation;
        using (network.Scope(name))
        {
            Value Weight(string of) => network.Parameter(of, [features, channels], Initializers.GlorotUniform);
            var message = Composed(edges.Sources(x), Op.Gather(vectors, relations));                   // [edges, features]
            var isBackward = Op.Unsqueeze(Op.Cast(Op.GreaterOrEqual(relations, relations.Number(vectors.Shape[0].Size / 2)), x.Type), 1);
            // Summed before they are multiplied, since there are fewer nodes than edges.
            var forward = Op.MatMul(edges.Mean(message * (1.0 - isBackward)), Weight("forward_weight"));
            var backward = Op.MatMul(edges.Mean(message * isBackward), Weight("backward_weight"));
            var loop = network.Parameter("loop", [1, features], Initializers.Ones, decays: false);
            var self = Op.MatMul(Composed(edges.OfTargets(x), loop), Weight("self_weight"));
            return (self + forward + backward + network.Parameter("bias", [channels], Initializers.Zeros, decays: false),
                updatesRelations ? Op.MatMul(vectors, Weight("relation_weight")) : vectors);
        }
    }
}
