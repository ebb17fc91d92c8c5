using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>Finds by its contract name what a saved model can't hold, such as the code of a custom mapping.</summary>
public sealed class ComponentCatalog
{
    private readonly Dictionary<string, Type> _extensions = [];

    internal ComponentCatalog() { }

    /// <summary>Adds the types of the assembly that carry an <see cref="ExtensionBaseAttribute"/>.</summary>
    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        Contracts.CheckValue(assembly, nameof(assembly));
        foreach (Type type in assembly.GetTypes())
        {
            foreach (ExtensionBaseAttribute attribute in type.GetCustomAttributes<ExtensionBaseAttribute>())
                Register(type, attribute.ContractName, throwOnError);
        }
    }

    private void Register(Type type, string contractName, bool throwOnError)
    {
        lock (_extensions)
        {
            if (_extensions.TryAdd(contractName, type) || _extensions[contractName] == type)
                return;
            Contracts.Check(!throwOnError,
                $"Contract name '{contractName}' stands for {_extensions[contractName]} already, not for {type}.");
        }
    }

    internal object CreateExtension(string contractName)
    {
        lock (_extensions)
        {
            Contracts.Check(_extensions.TryGetValue(contractName, out Type type),
                $"No type is registered for the contract name '{contractName}'. " +
                "Call ComponentCatalog.RegisterAssembly with its assembly first.");
            return Activator.CreateInstance(type);
        }
    }
}
