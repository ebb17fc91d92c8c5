using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Transforms.Onnx;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>The stand-in for ML.NET shows nothing that ML.NET does not show, and nothing in another form.</summary>
[TestClass]
public class FeedSurfaceTests
{
    [TestMethod]
    public void EveryMemberIsOneOfTheRealPackages()
    {
        ApiList list = ListOrInconclusive();
        Type[] types = FeedTypes();
        string[] differences = types.SelectMany(type => list.Differences(type, complete: false)).ToArray();
        Assert.AreEqual("", string.Join("\n", differences));

        // So that a formatter or a filter gone wrong can't pass by comparing nothing.
        int members = types.Sum(type => ApiText.OfMembers(type).Count());
        Assert.IsTrue(types.Length > 100 && members > 500, $"Only {types.Length} types with {members} members were compared.");
    }

    [TestMethod]
    public void WhatAUserCanImplementIsComplete()
    {
        // Code that implements an interface with a member missing would not compile against the real one.
        ApiList list = ListOrInconclusive();
        Type[] open = FeedTypes().Where(CanBeImplemented).ToArray();
        string[] differences = open.SelectMany(type => list.Differences(type, complete: true)).ToArray();
        Assert.AreEqual("", string.Join("\n", differences));
        Assert.IsTrue(open.Length > 20, $"Only {open.Length} types were compared.");
    }

    private static bool CanBeImplemented(Type type) => type.IsInterface || type.IsEnum
        || (type.IsAbstract && !type.IsSealed
            && type.GetConstructors(BindingFlags.NonPublic | BindingFlags.Instance).Any(constructor => constructor.IsFamily));

    private static Type[] FeedTypes() =>
        [.. typeof(IDataView).Assembly.GetExportedTypes(), .. typeof(OnnxTransformer).Assembly.GetExportedTypes()];

    private static ApiList ListOrInconclusive()
    {
        // The real package spreads over several assemblies, the stand-in is one.
        if (typeof(IDataView).Assembly.GetName().Name != "Microsoft.ML")
            Assert.Inconclusive("The real packages of ML.NET are used, so there is no stand-in to compare.");
        if (SharedFolder.Find("MLSEQGRAPH_MLNET_API", "mlnet-api") is not { } folder)
        {
            Assert.Inconclusive("No list of ML.NET's API: set MLSEQGRAPH_MLNET_API to its folder, "
                + "or put it at ../shared/mlnet-api beside the repository.");
            throw new InvalidOperationException();
        }

        return ApiList.ReadFolder(folder);
    }
}
